-- Notes in a record what the index of its principal says. KEYS: record.
-- ARGV: principal, token, until when the entry is kept for certain.
local was = redis.call('HMGET', KEYS[1], 'principal', 'indexed')
if was[1] == ARGV[1] then
  redis.call('HSET', KEYS[1], 'entry', ARGV[2])
  if later(ARGV[3], was[2]) then
    redis.call('HSET', KEYS[1], 'indexed', ARGV[3])
  end
end
return 0
