/* What the pages say by themselves: title first, then paragraphs; each in Vietnamese and English. */

export const WORDS = {
  "right-not-usable": [
    ["Mã này không dùng được", "This code cannot be used"],
    ["Mã không đúng, đã được dùng, đã hết hạn hoặc đã bị thay bằng mã mới.",
     "The code is wrong, was used before, has expired or was replaced by a newer one."],
    ["Nếu bạn chưa đánh giá, hãy xin mã mới ở nơi tiếp nhận hồ sơ.",
     "If you have not rated yet, ask the office that took your papers for a new code."]],
  "already-rated": [
    ["Bước này đã được đánh giá", "This step was rated before"],
    ["Mỗi bước của một hồ sơ chỉ được đánh giá một lần.", "Each step of a dossier is rated once."],
    ["Nếu bạn chưa đánh giá thì có người khác đã làm thay: xin gửi phản ánh để thanh tra xem xét.",
     "If you have not, somebody rated in your place: please send a complaint, and the inspectorate will look."]],
  "amendment-too-late": [
    ["Đã quá hạn sửa", "Too late to change it"],
    ["Đánh giá chỉ sửa được trong 24 giờ. Bản bạn đã gửi được giữ nguyên và vẫn được tính.",
     "A rating can be changed for 24 hours. What you sent stays as it is and still counts."]],
  "transaction-unknown": [
    ["Chưa ghi nhận được", "Not recorded"],
    ["Không tìm thấy mã hồ sơ này. Xin nhờ nhân viên quét lại mã.",
     "This dossier number was not found. Please ask the clerk to scan it again."]],
  refused: [
    ["Không nhận được đánh giá này", "This rating could not be taken"],
    ["Hãy mở lại liên kết rồi thử lần nữa, hoặc đánh giá ở nơi tiếp nhận hồ sơ.",
     "Open the link again and retry, or rate at the office that took your papers."]],
  "refused-here": [
    ["Không nhận được đánh giá này", "This rating could not be taken"],
    ["Xin nhờ nhân viên xem lại thiết bị này.", "Please ask the clerk to look at this device."]],
  slip: [
    ["Cách đánh giá", "How to rate"],
    ["Dùng máy ảnh của điện thoại quét mã QR in trên phiếu bạn nhận được, hoặc mở đúng liên kết đã gửi cho bạn.",
     "Scan the QR code on the slip you were given with your phone's camera, or open the link that was sent to you."],
    ["Nếu gõ tay, hãy gõ cả dấu # và dãy chữ, số đứng sau.",
     "If you type the address, type the # and the letters and digits after it too."],
    ["Mỗi mã dùng một lần, cho một bước của một hồ sơ. Không cần tài khoản.",
     "Each code is for one step of one dossier and works once. No account is needed."]],
  opening: [["Đang mở phiếu…", "Opening the form…"]],
  away: [
    ["Chưa mở được phiếu", "The form cannot be opened yet"],
    ["Không có mạng, hoặc hệ thống đang bận. Trang sẽ tự thử lại.",
     "There is no network, or the service is busy. The page will try again by itself."]],
  sending: [["Đang gửi đánh giá…", "Sending your rating…"]],
  waiting: [
    ["Chưa gửi được đánh giá", "Your rating is not sent yet"],
    ["Không có mạng, hoặc hệ thống đang bận. Trang sẽ tự gửi lại; đánh giá chỉ được tính một lần.",
     "There is no network, or the service is busy. The page will send again by itself; the rating counts once."]],
  thanks: [
    ["Cảm ơn bạn!", "Thank you!"],
    ["Đánh giá của bạn đã được nhận.", "Your rating has been received."]],
  amended: [
    ["Đã sửa đánh giá", "Your rating was changed"],
    ["Bản mới của bạn đã được nhận. Cảm ơn bạn!", "What you say now has been received. Thank you!"]],
  given: [
    ["Bạn đã đánh giá bước này", "You have rated this step"],
    ["Đánh giá gửi từ máy này đã được nhận.", "The rating sent from this device has been received."]],
};

export const ON_THIS_DEVICE = ["Đánh giá được giữ trong máy này: có thể đóng trang và mở lại khi có mạng.",
  "The rating is kept on this device: you may close the page and open it again when there is a network."];
export const KEEP_OPEN = ["Hãy giữ trang này mở cho đến khi gửi xong.", "Keep this page open until it is sent."];
export const MAYBE_EARLIER = ["Có thể lần gửi trước của bạn đã đến nơi.", "An earlier try of yours may have arrived."];
export const MAY_CLOSE = ["Bạn có thể đóng trang này.", "You may close this page."];
export const TRYING = ["Đang thử lại…", "Trying again…"];
export const STILL_NOT = ["Vẫn chưa được. Trang sẽ tự thử lại.", "Still not. The page will try again by itself."];
export const NOTHING = ["", ""];
export const AMEND = ["Sửa đánh giá", "Change my rating"];
export const AMEND_BLANK = ["Câu trả lời trước không được giữ trong máy này, xin chọn lại từ đầu.",
  "Your earlier answers are not kept on this device; please choose again."];

export const STEPS = {
  reception: ["Bạn đánh giá việc tiếp nhận hồ sơ.", "You are rating how your papers were taken in."],
  settlement: ["Bạn đánh giá việc giải quyết hồ sơ.", "You are rating how your case was settled."],
  return: ["Bạn đánh giá việc trả kết quả.", "You are rating how the result was handed over."],
};

export const STEP_NAMES = {
  reception: ["Tiếp nhận hồ sơ", "Reception"],
  settlement: ["Giải quyết hồ sơ", "Settlement"],
  return: ["Trả kết quả", "Return of the result"],
};

function moment(at) {
  const told = { hour: "2-digit", minute: "2-digit", day: "numeric", month: "numeric", year: "numeric" };
  return [at.toLocaleString("vi-VN", told), at.toLocaleString("en-GB", told)];
}

export function amendableUntil(at) {
  const [vi, en] = moment(at);
  return [`Nếu đổi ý, bạn sửa được trên chính máy này đến ${vi}.`, `You can change it on this same device until ${en}.`];
}

export function worksUntil(at) {
  const [vi, en] = moment(at);
  return [`Mã dùng được đến ${vi}.`, `The code works until ${en}.`];
}

export function busyFor(ms) {
  const seconds = Math.ceil(ms / 1000);
  return [`Hệ thống đang đông. Trang tự thử lại sau ${seconds} giây, bạn không cần làm gì.`,
    `The service is busy. The page tries again by itself in ${seconds} seconds; you need do nothing.`];
}
