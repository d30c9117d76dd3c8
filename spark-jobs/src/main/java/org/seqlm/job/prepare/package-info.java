/** {@code seqlm prepare}: text in, a dataset out. */
package org.seqlm.job.prepare;
