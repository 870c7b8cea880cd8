-- KEYS: index. Returns the time, and each member with its value.
return {string.format('%.0f', now()), redis.call('HGETALL', KEYS[1])}
