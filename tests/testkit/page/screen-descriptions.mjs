// What each screen shows, for the alternative texts of the pictures in docs/screens/.

/** Groups of screens, in the order of a journey: name of the screen, description. */
export const GROUPS = {
  'Before the camera': {
    loading: 'A ring around a drawn face fills while the page loads.',
    consent: 'The text of a study, the person’s code, and two equal answers.',
    tips: 'An animation of a face that comes nearer in an oval, tips with icons, and the button that starts the camera.',
    sandbox: 'The start page of a test account, marked “Test mode”.',
    tips_phone: 'On a computer: the tips, and beside them a code that continues on the phone.',
    phone_first: 'On a computer: the code for the phone first, and a quiet button to use the computer.',
    camera_ask: 'A drawing of the browser’s own question, and where to find it.',
    tap: 'A button for browsers that show the camera only after a tap.',
  },
  'During the capture': {
    camera: 'The camera without a face in view: the instruction says “Show your face”.',
    camera_far: 'The face at a distance in a small oval, whose green ring fills: “Hold still”.',
    camera_closer: 'The oval has grown: “Move closer”.',
    camera_near: 'The face up close in the large oval, whose ring fills.',
    colors: 'The screen around the oval lights up in a colour, with a button to skip the colours.',
    photo: 'Without a camera in the page: a drawing of the photo to take with the phone’s camera.',
  },
  'Sending and result': {
    waiting: 'A poor connection: the seconds until the next try, and “Try now”.',
    captive_portal: 'A network that asks for a sign-in first.',
    scoring: 'A calm wait for the result.',
    success: 'A drawn tick: “You’re all set”.',
    sandbox_result: 'The result of a test account, marked “Test mode”.',
    retry: 'A drawn cross, the reason, the attempts left, and “Try again”.',
    failed: 'A drawn cross and the reason; no attempts are left.',
  },
  'When something is in the way': {
    timeout: 'The time is up: which instruction was still unmet, and how to follow it.',
    denied: 'The camera is blocked: how to allow it in this browser.',
    denied_by_system: 'The device does not let the browser use the camera.',
    dismissed: 'The browser’s question was closed.',
    no_camera: 'No camera was found: try again, or continue on another device.',
    busy: 'Another app uses the camera: a list of the other cameras.',
    no_frames: 'The camera is on but sends no picture.',
    service_error: 'An error of the service; its code is under “Details”.',
    expired: 'The link has expired.',
    unknown: 'The link does not work.',
    consent_declined: 'The person does not take part in the study.',
  },
  'Another device': {
    link: 'A code and a link for another device.',
    link_denied: 'The same after the camera was denied.',
    compare: 'The number that both devices show, and two buttons to compare it.',
    number: 'The second device with its number.',
    elsewhere: 'The check runs on the other device.',
    voided: 'Two devices opened the link: neither can use it.',
    voided_second: 'The same on a device that opened it.',
    no_more_links: 'No more links can be created.',
    verified: 'The second device is done.',
  },
};

/** The descriptions by screen. */
export const DESCRIPTIONS = Object.assign({}, ...Object.values(GROUPS));
