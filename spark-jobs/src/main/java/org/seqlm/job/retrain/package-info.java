/**
 * {@code seqlm retrain}: a night of retraining. New text and a registry go in; what came in, how
 * far it is from the champion's, a challenger trained from it, the n-grams of all nights, samples
 * that were checked, and a decision between the two models come out. {@code RetrainJob} has the
 * order of the steps, a class each; what they leave is in the night's folder ({@code NightFolder}).
 */
package org.seqlm.job.retrain;
