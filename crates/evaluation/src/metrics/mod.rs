//! Metrics: confidence intervals, the area under a curve, and logistic regression.

pub mod interval;
pub mod logistic;
pub mod roc;
