-- Numbers are decimal strings, compared as such: a number of Lua has 53 bits.
local function later(a, b)
  return not b or #a > #b or (#a == #b and a > b)
end

