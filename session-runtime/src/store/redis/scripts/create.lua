-- KEYS: record. ARGV: what is to be kept, ttl.
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return 0
end
-- A client of a cluster sends a command again after a lost connection: a record of this very
-- revision is the one this command has made before.
return redis.pcall('GETRANGE', KEYS[1], '1', '20') == string.sub(ARGV[1], 2, 21) and 0 or 1
