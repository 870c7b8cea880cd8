-- Deletes a record if it still is this principal's. KEYS: record. ARGV: principal.
local principal = redis.pcall('HGET', KEYS[1], 'principal')
if principal ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
