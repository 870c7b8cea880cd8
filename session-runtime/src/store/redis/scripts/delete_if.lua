-- KEYS: any. ARGV: the text expected.
local was = redis.call('GET', KEYS[1])
if not was then
  return 2
end
if was ~= ARGV[1] then
  return 1
end
redis.call('DEL', KEYS[1])
return 0
