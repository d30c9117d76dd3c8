/**
 * {@code seqlm retrain}: a night of retraining. New text and a registry go in; what came in, how it
 * differs, a challenger trained from the champion, and a decision between the two come out.
 */
package org.seqlm.job.retrain;
