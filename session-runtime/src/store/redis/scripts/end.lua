-- Deletes a record if it still is this principal's. KEYS: record. ARGV: principal.
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then
  return 0
end
local _, _, _, principal = head(redis.call('GETRANGE', KEYS[1], '0', '120'))
if principal ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
