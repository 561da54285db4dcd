-- wrk: the attempts of a list are uploaded, one after the other. Arguments: the list (a line each: id, tab, token, tab, manifest) and
-- the rest of the body, which all share. The boundary is XX.

function init(arguments)
  attempts = {}
  for line in io.lines(arguments[1]) do
    local id, token, manifest = line:match("^(.-)\t(.-)\t(.*)$")
    attempts[#attempts + 1] = { path = "/h5/api/v1/attempts/" .. id, token = token, manifest = manifest }
  end
  local file = assert(io.open(arguments[2], "rb"))
  rest = file:read("*a")
  file:close()
  next_attempt, succeeded, spent = 0, 0, 0
end

function request()
  next_attempt = next_attempt + 1
  if next_attempt > #attempts then
    spent, next_attempt = 1, #attempts
  end
  local attempt = attempts[next_attempt]
  local headers = {
    ["Content-Type"] = "multipart/form-data; boundary=XX",
    ["Authorization"] = "Bearer " .. attempt.token,
  }
  local head = '--XX\r\nContent-Disposition: form-data; name="manifest"\r\n\r\n' .. attempt.manifest
  return wrk.format("PUT", attempt.path, headers, head .. rest)
end

function response(_, _, body)
  if body:find('"code":"SUCCESS"', 1, true) then succeeded = succeeded + 1 end
end

dofile(os.getenv("NEARFAR_WRK_REPORT"))
