-- Moves the end of a key, unless it is later already.
local function extend(key, ttl)
  if tonumber(ttl) > redis.call('PTTL', key) then
    redis.call('PEXPIRE', key, ttl)
  end
end

