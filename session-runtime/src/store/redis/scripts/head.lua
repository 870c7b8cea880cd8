-- Takes the first 121 bytes of a record apart, by head.rs: revision, touched, expires, principal
-- or '', entry, indexed. Nothing: they are of no record.
local function head(text)
  local kind = string.sub(text, 1, 1)
  if kind == 'a' and #text >= 61 then
    return string.sub(text, 2, 21), string.sub(text, 22, 41), string.sub(text, 42, 61), '', '', ''
  end
  if kind == 'p' and #text == 121 then
    return string.sub(text, 2, 21), string.sub(text, 22, 41), string.sub(text, 42, 61),
      string.sub(text, 90), string.sub(text, 82, 89), string.sub(text, 62, 81)
  end
end

