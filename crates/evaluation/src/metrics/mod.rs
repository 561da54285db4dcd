//! Metrics and fits: rates with intervals, the area under the curve, logistic regression and its coefficients.

pub mod coefficients;
pub mod logistic;
pub mod paired;
pub mod rate;
pub mod roc;
