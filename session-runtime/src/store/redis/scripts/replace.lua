-- KEYS: any. ARGV: the text expected, the new one, for how many seconds.
local was = redis.call('GET', KEYS[1])
if not was then
  return 2
end
if was ~= ARGV[1] then
  return 1
end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 0
