"""The national portal's message shapes, in and out, so that a sender changes an address and nothing else.

Note [Whose shape]: five programs send to the national portal, each in a shape of its own. The envelope `{session,
madonvi, service, data}` (OpenCPS and its like); a bare list (Thanh Hóa's and Hà Giang's); one object with `StatusId`
(the social-protection system's); rows with `IDHoSo` (the newer portal). The shape decides only how rows are found and
how we answer; a row itself is read the same way whoever sent it.

Note [Success]: `"00"` where there is an envelope, `"0"` elsewhere, because that is what those programs test for
(OpenCPS first compared the text with `"00"`; its later versions read a number out of the text and compare that with 0,
so one answer does for both), and `thành công` in the text of each success and of no failure, because one of them looks
for nothing else. A repeat is a success: senders resend until they hear one. One refused row makes the answer `"01"`;
the other rows are kept.

Note [Refusals a sender can read]: the senders' software opens a body of status 200 and no other, and sends again what
it could not read. So what no repetition mends is told with 200, in their shape, with the reason in Vietnamese: a body
that is no JSON, of another type or too large, a session that is over, a right that is missing. A caller with an
Authorization header knows HTTP: 401 and 403 are told to him by their status. What passes by itself (429, 500, 503)
keeps its status and its Retry-After: to those senders it is no success and they send it again, and libraries and
proxies between us know what to do. A parameter of the query that we do not know is not read.
"""
