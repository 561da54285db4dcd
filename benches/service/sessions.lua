-- wrk: repeats Get Token. Arguments: access token, body.

function init(arguments)
  local headers = { ["Content-Type"] = "application/json", ["X-ACCESS-TOKEN"] = arguments[1] }
  prepared = wrk.format("POST", "/openapi/liveness/v2/h5/token", headers, arguments[2])
  succeeded, spent = 0, 0
end

function request()
  return prepared
end

function response(_, _, body)
  if body:find('"code":"SUCCESS"', 1, true) then succeeded = succeeded + 1 end
end

dofile(os.getenv("NEARFAR_WRK_REPORT"))
