/** {@code seqlm evaluate}: models and a held-out text in, what each makes of it out. */
package org.seqlm.job.evaluate;
