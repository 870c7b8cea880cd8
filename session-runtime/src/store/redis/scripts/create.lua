-- KEYS: record. ARGV: revision, data, touched, expires, ttl, principal or ''.
-- A client of a cluster sends a command again after a lost connection: a record of this very
-- revision is the one this command has made before.
if redis.call('EXISTS', KEYS[1]) == 1 then
  return redis.call('HGET', KEYS[1], 'revision') == ARGV[1] and 0 or 1
end
redis.call('HSET', KEYS[1], 'revision', ARGV[1], 'data', ARGV[2], 'touched', ARGV[3], 'expires', ARGV[4])
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], 'principal', ARGV[6])
end
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return 0
