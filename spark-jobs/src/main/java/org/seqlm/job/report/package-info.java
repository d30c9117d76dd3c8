/** {@code seqlm report}: runs, counts and evaluations in, one page out. */
package org.seqlm.job.report;
