-- KEYS: record. ARGV: expected or ''.
local was = redis.pcall('HMGET', KEYS[1], 'revision', 'principal', 'entry')
if was.err then
  if ARGV[1] ~= '' then
    return was
  end
  redis.call('DEL', KEYS[1])
  return 0
end
if not was[1] and redis.call('EXISTS', KEYS[1]) == 0 then
  return 2
end
if ARGV[1] ~= '' and was[1] ~= ARGV[1] then
  return was[1] and 1 or 3
end
redis.call('DEL', KEYS[1])
if was[2] then
  return {5, was[2], was[3] or ''}
end
return 0
