-- wrk: uploads the attempts of a list. Arguments: the list (one line each, tab-separated: id, token, and the offset and
-- length of its body in the file of bodies), and that file.

function init(arguments)
  attempts = {}
  for line in io.lines(arguments[1]) do
    local id, token, offset, length = line:match("^(.-)\t(.-)\t(%d+)\t(%d+)$")
    local path = "/h5/api/v1/attempts/" .. id
    attempts[#attempts + 1] = { path = path, token = token, offset = tonumber(offset), length = tonumber(length) }
  end
  bodies = assert(io.open(arguments[2], "rb"))
  next_attempt, succeeded, spent = 0, 0, 0
end

function request()
  next_attempt = next_attempt + 1
  if next_attempt > #attempts then
    spent, next_attempt = 1, #attempts
  end
  local attempt = attempts[next_attempt]
  local headers = {
    ["Content-Type"] = "application/octet-stream",
    ["Authorization"] = "Bearer " .. attempt.token,
  }
  bodies:seek("set", attempt.offset)
  return wrk.format("PUT", attempt.path, headers, bodies:read(attempt.length))
end

function response(_, _, body)
  if body:find('"code":"SUCCESS"', 1, true) then succeeded = succeeded + 1 end
end

dofile(os.getenv("NEARFAR_WRK_REPORT"))
