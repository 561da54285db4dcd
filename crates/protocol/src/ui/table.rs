//! Every page and field of ConfigureUI, with its kind and error messages.
//!
//! Names that the contract's sample does not show (tips, failed dialog, and the PC pages) follow the names of their
//! errors, in the style of the sample.

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// At most [`super::MAX_TEXT`] characters.
    Text,
    /// `#` and 3, 4, 6 or 8 hex digits.
    Color,
    /// An http(s) URL of a picture.
    Link,
    /// An http(s) URL to go to.
    Target,
    /// true or false.
    Flag,
    /// Up to [`super::MAX_TIPS`] tips, each with `iconLink` and `text`.
    Tips(&'static TipErrors),
}

/// An error of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The name of the error, `M_…`.
    pub name: &'static str,
    /// Its message.
    pub message: &'static str,
}

/// The errors of tips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TipErrors {
    /// More than [`super::MAX_TIPS`].
    pub count: FieldError,
    /// The icon is not a link.
    pub icon: FieldError,
    /// The text is too long.
    pub text: FieldError,
}

/// One field of a page.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// The contract's error for an invalid value, if it has one.
    pub error: Option<FieldError>,
}

/// A page of the UI.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

impl Field {
    const fn or(self, name: &'static str, message: &'static str) -> Self {
        Self { error: Some(FieldError { name, message }), ..self }
    }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, error: None }
}

const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}

const fn color(name: &'static str) -> Field {
    field(name, Kind::Color)
}

const fn link(name: &'static str) -> Field {
    field(name, Kind::Link)
}

const fn flag(name: &'static str) -> Field {
    field(name, Kind::Flag)
}

/// The fields outside a page: the window title, and two that the contract does not have.
pub const TOP_LEVEL: [Field; 3] = [text("titleText"), link("logoLink"), field("privacyLink", Kind::Target)];

const MOBILE_TIPS: TipErrors = TipErrors {
    count: FieldError {
        name: "M_TIPS_COUNT_OVERSTEP_TIPS_PAGE",
        message: "The number of prompts exceeds the limit, supporting up to four.",
    },
    icon: FieldError {
        name: "M_TIP_ICON_LINK_NOT_URL_TIPS_PAGE",
        message: "Wrong format of the icon link at tips page.",
    },
    text: FieldError { name: "M_TIPS_TOO_LONG_TIPS_PAGE", message: "The tips is too long of tips page." },
};

const PC_TIPS: TipErrors = TipErrors {
    count: FieldError {
        name: "M_TIPS_COUNT_OVERSTEP_TIPS_PAGE_PC",
        message: "The number of PC tips exceeds the limit, supporting up to four.",
    },
    icon: FieldError {
        name: "M_TIP_ICON_LINK_NOT_URL_TIPS_PAGE_PC",
        message: "Wrong format of the icon link at PC tips page.",
    },
    text: FieldError { name: "M_TIPS_TOO_LONG_TIPS_PAGE_PC", message: "The tips is too long of PC tips page." },
};

/// Every page.
pub const PAGES: [Page; 11] = [
    MOBILE_TIPS_PAGE,
    MOBILE_LOADING_PAGE,
    MOBILE_CAMERA_PAGE,
    MOBILE_FAILED_DIALOG,
    MOBILE_RESULT_PAGE,
    MOBILE_MULTI_DEVICE_PROCESS_PAGE,
    MOBILE_TIMEOUT_PAGE,
    PC_TIPS_PAGE,
    PC_CAMERA_PAGE,
    PC_FAILED_DIALOG,
    PC_RESULT_PAGE,
];

const MOBILE_TIPS_PAGE: Page = Page {
    name: "mobileTipsPage",
    fields: &[
        text("title").or("M_TITLE_TOO_LONG_TIPS_PAGE", "The title is too long of tips page."),
        text("titleDesc").or("M_TITLE_DESC_TOO_LONG_TIPS_PAGE", "The title description is too long of tips page."),
        field("tips", Kind::Tips(&MOBILE_TIPS)),
        color("backgroundColor")
            .or("M_BACKGROUND_NOT_COLOR_TIPS_PAGE", "Wrong format of the tips page background color."),
        text("buttonText").or("M_BUTTON_TEXT_TOO_LONG_TIPS_PAGE", "The button text is too long of tips page."),
        color("buttonBackgroundColor").or(
            "M_BUTTON_BACKGROUND_NOT_COLOR_TIPS_PAGE",
            "Wrong format of the start button background color of tips page.",
        ),
    ],
};

const MOBILE_LOADING_PAGE: Page = Page {
    name: "mobileLoadingPage",
    fields: &[
        color("progressColor")
            .or("M_PROGRESS_COLOR_WRONG_LOADING_PAGE", "Wrong format of the loading page progress color."),
        text("loadingText").or("M_LOADING_TEXT_TOO_LONG_LOADING_PAGE", "The loading text is too long of loading page."),
        color("loadingTextColor"),
    ],
};

const MOBILE_CAMERA_PAGE: Page = Page {
    name: "mobileCameraPage",
    fields: &[
        color("tipsTextColor"),
        color("backgroundColor"),
        link("backgroundLink"),
        text("faceNotCenterTipText"),
        color("faceNotCenterTipTextColor"),
        text("faceNotFrontalTipText"),
        color("faceNotFrontalTipTextColor"),
        text("faceTooFarTipText"),
        color("faceTooFarTipTextColor"),
        text("faceTooNearTipText"),
        color("faceTooNearTipTextColor"),
        text("keepStillTipText"),
        color("keepStillTipTextColor"),
        text("moveLeftTipText"),
        color("moveLeftTipTextColor"),
        text("moveRightTipText"),
        color("moveRightTipTextColor"),
        text("moveTopTipText"),
        color("moveTopTipTextColor"),
        text("moveBottomTipText"),
        color("moveBottomTipTextColor"),
        text("multipleFacesTipText"),
        color("multipleFacesTipTextColor"),
        text("faceMissingTipText"),
        color("faceMissingTipTextColor"),
        text("faceOcclusionTipText"),
        color("faceOcclusionTipTextColor"),
        text("pageName"),
    ],
};

const MOBILE_FAILED_DIALOG: Page = Page {
    name: "mobileFailedDialog",
    fields: &[
        text("desc").or("M_DESC_TEXT_TOO_LONG_FAILED_DIALOG", "The description text is too long of failed dialog."),
        link("iconLink")
            .or("M_ICON_LINK_NOT_URL_FAILED_DIALOG", "Wrong format of the icon link at detection failed dialog."),
        text("buttonText").or("M_BUTTON_TEXT_TOO_LONG_FAILED_DIALOG", "The button text is too long of failed dialog."),
        color("buttonBackgroundColor").or(
            "M_BUTTON_TEXT_BACKGROUND_NOT_COLOR_FAILED_DIALOG",
            "Wrong format of the confirm button background color of detection failed dialog.",
        ),
    ],
};

const MOBILE_RESULT_PAGE: Page = Page {
    name: "mobileResultPage",
    fields: &[
        link("successIconLink")
            .or("M_SUCCESS_ICON_LINK_NOT_URL_RESULT_PAGE", "Wrong format of the success icon link at result page."),
        link("failedIconLink")
            .or("M_FAILED_ICON_LINK_NOT_URL_RESULT_PAGE", "Wrong format of the failed icon link at result page."),
        text("successDesc")
            .or("M_SUCCESS_DESC_TEXT_TOO_LONG_RESULT_PAGE", "The success description text is too long of result page."),
        text("failedDesc")
            .or("M_FAILED_DESC_TEXT_TOO_LONG_RESULT_PAGE", "The failed description text is too long of result page."),
        flag("showScore"),
        text("nextStepButtonText").or(
            "M_NEXT_STEP_BUTTON_TEXT_TOO_LONG_RESULT_PAGE",
            "The next step button text is too long of result page.",
        ),
        color("nextStepButtonBackgroundColor").or(
            "M_NEXT_STEP_BUTTON_BACKGROUND_COLOR_WRONG_RESULT_PAGE",
            "Wrong format of the result page next step button background color",
        ),
        text("tryAgainButtonText").or(
            "M_TRY_AGAIN_BUTTON_TEXT_TOO_LONG_RESULT_PAGE",
            "The try again button text is too long of result page.",
        ),
        color("tryAgainButtonBackgroundColor").or(
            "M_TRY_AGAIN_BUTTON_BACKGROUND_COLOR_WRONG_RESULT_PAGE",
            "Wrong format of the result page try again button background color",
        ),
        flag("nextStepButtonInvisibleBeforeTryCountUseUp"),
        color("livenessResultTextColor"),
        color("nextStepButtonTextColor"),
        color("tryAgainButtonTextColor"),
        link("nextStepButtonBackgroundLink"),
        link("tryAgainButtonBackgroundLink"),
        color("backgroundColor"),
        link("backgroundLink"),
        flag("isShow"),
        flag("faceShow"),
        text("countdownText"),
        color("countdownTextColor"),
        flag("closeCountdownLogic"),
    ],
};

const MOBILE_MULTI_DEVICE_PROCESS_PAGE: Page = Page {
    name: "mobileMultiDeviceProcessPage",
    fields: &[
        link("refreshPageTopIconLink"),
        text("refreshPageBoldText"),
        color("refreshPageBoldTextColor"),
        text("refreshPageTipText"),
        color("refreshPageTipTextColor"),
        text("refreshPageBtnText"),
        color("refreshPageBtnTextColor"),
        link("refreshPageBtnBackgroundLink"),
        color("refreshPageBtnBackgroundColor"),
        link("qrCodePageTopIconLink"),
        text("qrCodePagePermissionDeniedBoldText"),
        color("qrCodePagePermissionDeniedBoldTextColor"),
        text("qrCodePagePermissionDeniedTipText"),
        color("qrCodePagePermissionDeniedTipTextColor"),
        text("qrCodePageCameraIssueBoldText"),
        color("qrCodePageCameraIssueBoldTextColor"),
        text("qrCodePageCameraIssueTipText"),
        color("qrCodePageCameraIssueTipTextColor"),
        link("qrCodePageLivenessLinkBackgroundLink"),
        color("qrCodePageLivenessLinkBackgroundColor"),
        color("qrCodePageLivenessLinkTextColor"),
        color("qrCodePageLivenessLinkBorderColor"),
        text("qrCodePageCopyLinkBtnText"),
        color("qrCodePageCopyLinkBtnTextColor"),
        link("qrCodePageCopyLinkBtnBackgroundLink"),
        color("qrCodePageCopyLinkBtnBackgroundColor"),
        link("verifyFinishedPageTopIconLink"),
        text("verifyFinishedPageBoldText"),
        color("verifyFinishedPageBoldTextColor"),
        text("verifyFinishedPageTipText"),
        color("verifyFinishedPageTipTextColor"),
        text("videoUploadingText"),
        color("videoUploadingTextColor"),
    ],
};

const MOBILE_TIMEOUT_PAGE: Page = Page {
    name: "mobileTimeoutPage",
    fields: &[
        text("boldText"),
        color("boldTextColor"),
        text("tipText"),
        color("tipTextColor"),
        link("iconLink"),
        text("tryAgainButtonText"),
        color("tryAgainButtonTextColor"),
        link("tryAgainButtonBackgroundLink"),
        color("tryAgainButtonBackgroundColor"),
        color("backgroundColor"),
        link("backgroundLink"),
    ],
};

const PC_TIPS_PAGE: Page = Page {
    name: "pcTipsPage",
    fields: &[
        text("title").or("M_TITLE_TOO_LONG_TIPS_PAGE_PC", "The title is too long of PC tips page."),
        text("titleDesc")
            .or("M_TITLE_DESC_TOO_LONG_TIPS_PAGE_PC", "The title description is too long of PC tips page."),
        field("tips", Kind::Tips(&PC_TIPS)),
        text("buttonText").or("M_BUTTON_TEXT_TOO_LONG_TIPS_PAGE_PC", "The button text is too long of PC tips page."),
        color("buttonBackgroundColor").or(
            "M_BUTTON_BACKGROUND_NOT_COLOR_TIPS_PAGE_PC",
            "Wrong format of the start button background color of PC tips page.",
        ),
    ],
};

const PC_CAMERA_PAGE: Page = Page {
    name: "pcCameraPage",
    fields: &[
        text("title").or("M_TITLE_TOO_LONG_CAMERA_PAGE_PC", "The title is too long of PC camera page."),
        text("titleDesc")
            .or("M_TITLE_DESC_TOO_LONG_CAMERA_PAGE_PC", "The title description is too long of PC camera page."),
        link("takePhotoIconLink").or(
            "M_TAKE_PHOTO_ICON_LINK_NOT_URL_CAMERA_PAGE_PC",
            "Wrong format of the icon link of take photo button at PC camera page.",
        ),
    ],
};

const PC_FAILED_DIALOG: Page = Page {
    name: "pcFailedDialog",
    fields: &[
        text("desc")
            .or("M_DESC_TEXT_TOO_LONG_PC_FAILED_DIALOG", "The description text is too long of PC failed dialog."),
        link("iconLink")
            .or("M_ICON_LINK_NOT_URL_PC_FAILED_DIALOG", "Wrong format of the icon link at detection PC failed dialog."),
        text("buttonText")
            .or("M_BUTTON_TEXT_TOO_LONG_PC_FAILED_DIALOG", "The button text is too long of PC failed dialog."),
        color("buttonBackgroundColor").or(
            "M_BUTTON_TEXT_BACKGROUND_NOT_COLOR_PC_FAILED_DIALOG",
            "Wrong format of the confirm button background color of detection PC failed dialog.",
        ),
    ],
};

const PC_RESULT_PAGE: Page = Page {
    name: "pcResultPage",
    fields: &[
        link("successIconLink").or(
            "M_SUCCESS_ICON_LINK_NOT_URL_RESULT_PAGE_PC",
            "Wrong format of the success icon link at PC result page.",
        ),
        link("failedIconLink")
            .or("M_FAILED_ICON_LINK_NOT_URL_RESULT_PAGE_PC", "Wrong format of the failed icon link at PC result page."),
        text("successDesc").or(
            "M_SUCCESS_DESC_TEXT_TOO_LONG_RESULT_PAGE_PC",
            "The success description text is too long of PC result page.",
        ),
        text("failedDesc").or(
            "M_FAILED_DESC_TEXT_TOO_LONG_RESULT_PAGE_PC",
            "The failed description text is too long of PC result page.",
        ),
        text("nextStepButtonText").or(
            "M_NEXT_STEP_BUTTON_TEXT_TOO_LONG_RESULT_PAGE_PC",
            "The next step button text is too long of PC result page.",
        ),
        text("tryAgainButtonText").or(
            "M_TRY_AGAIN_BUTTON_TEXT_TOO_LONG_RESULT_PAGE_PC",
            "The try again button text is too long of PC result page.",
        ),
        color("nextStepButtonBackgroundColor").or(
            "M_NEXT_STEP_BUTTON_BACKGROUND_COLOR_WRONG_RESULT_PAGE_PC",
            "Wrong format of the PC result page next step button background color",
        ),
        color("tryAgainButtonBackgroundColor").or(
            "M_TRY_AGAIN_BUTTON_BACKGROUND_COLOR_WRONG_RESULT_PAGE_PC",
            "Wrong format of the PC result page try again button background color",
        ),
    ],
};
