-- KEYS: record. ARGV: touched, expires, ttl.
local was = redis.call('GETRANGE', KEYS[1], '0', '120')
local revision, touched, expires, principal, _, indexed = head(was)
if not revision then
  return redis.call('EXISTS', KEYS[1]) == 1 and 3 or 2
end
if ARGV[1] > touched or ARGV[2] > expires then
  touched = ARGV[1] > touched and ARGV[1] or touched
  expires = ARGV[2] > expires and ARGV[2] or expires
  redis.call('SETRANGE', KEYS[1], '21', touched .. expires)
end
extend(KEYS[1], ARGV[3])
if principal ~= '' and expires > indexed then
  return {4, principal}
end
return 0
