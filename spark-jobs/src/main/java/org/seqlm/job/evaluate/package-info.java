/**
 * {@code seqlm evaluate}: models and a held-out text or split of examples in, what each makes of it
 * out.
 */
package org.seqlm.job.evaluate;
