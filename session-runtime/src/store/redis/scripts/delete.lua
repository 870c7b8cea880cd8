-- KEYS: record. ARGV: expected or ''.
if redis.call('EXISTS', KEYS[1]) == 0 then
  return 2
end
if redis.call('TYPE', KEYS[1]).ok ~= 'string' then
  if ARGV[1] ~= '' then
    return 3
  end
  redis.call('DEL', KEYS[1])
  return 0
end
local revision, _, _, principal, entry = head(redis.call('GETRANGE', KEYS[1], '0', '120'))
if ARGV[1] ~= '' and revision ~= ARGV[1] then
  return revision and 1 or 3
end
redis.call('DEL', KEYS[1])
if (principal or '') ~= '' then
  return {5, principal, entry}
end
return 0
