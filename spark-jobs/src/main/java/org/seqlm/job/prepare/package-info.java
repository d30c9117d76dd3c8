/** {@code seqlm prepare}: text in, a dataset out; or records with labels in, examples out. */
package org.seqlm.job.prepare;
