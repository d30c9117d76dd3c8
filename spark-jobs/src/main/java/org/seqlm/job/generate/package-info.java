/** {@code seqlm generate}: a model and a prompt in, text out. */
package org.seqlm.job.generate;
