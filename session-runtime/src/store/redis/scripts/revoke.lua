-- KEYS: revocation. ARGV: until.
local was = redis.call('GET', KEYS[1])
if later(ARGV[1], was or nil) then
  redis.call('SET', KEYS[1], ARGV[1])
  redis.call('PEXPIREAT', KEYS[1], ARGV[1])
end
return 0
