"""The national portal's message shapes, in and out, so that a sender changes an address and nothing else.

Note [Whose shape]: five programs send to the national portal, each in a shape of its own. The envelope
`{session, madonvi, service, data}` (OpenCPS and its like); a bare list (Thanh Hóa's and Hà Giang's); one object with
`StatusId` (the social-protection system's); rows with `IDHoSo` (the newer portal). The shape decides only how rows are
found and how we answer; a row itself is read the same way whoever sent it.

Note [Success]: `"00"` where there is an envelope, `"0"` elsewhere, because that is what those programs test for, and
`thành công` in the text of each success and of no failure, because one of them looks for nothing else. A repeat is a
success: senders resend until they hear one. One refused row makes the answer `"01"`; the other rows are kept.
"""
