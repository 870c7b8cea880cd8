-- Notes in a record what the index of its principal says. KEYS: record.
-- ARGV: principal, token, until when the entry is kept for certain.
local _, _, _, principal, _, indexed = head(redis.call('GETRANGE', KEYS[1], '0', '120'))
if principal == ARGV[1] then
  redis.call('SETRANGE', KEYS[1], '61', (ARGV[3] > indexed and ARGV[3] or indexed) .. ARGV[2])
end
return 0
