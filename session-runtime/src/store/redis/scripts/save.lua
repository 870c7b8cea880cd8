-- KEYS: record. ARGV: expected, revision, data, touched, expires, ttl, principal or ''.
-- The first write is one that a server without memory refuses: later ones of a script it lets pass.
local was = redis.call('HMGET', KEYS[1], 'revision', 'principal', 'entry', 'indexed')
if not was[1] then
  return redis.call('EXISTS', KEYS[1]) == 1 and 3 or 2
end
if was[1] ~= ARGV[1] then
  return was[1] == ARGV[2] and 0 or 1
end
redis.call('HSET', KEYS[1], 'revision', ARGV[2], 'data', ARGV[3], 'touched', ARGV[4], 'expires', ARGV[5])
local principal = was[2] or ''
if principal ~= ARGV[7] then
  redis.call('HDEL', KEYS[1], 'principal', 'entry', 'indexed')
  if ARGV[7] ~= '' then
    redis.call('HSET', KEYS[1], 'principal', ARGV[7])
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
if principal ~= ARGV[7] then
  return {5, principal, was[3] or ''}
end
if principal ~= '' and later(ARGV[5], was[4]) then
  return 4
end
return 0
