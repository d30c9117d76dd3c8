/** {@code seqlm check-samples}: samples and datasets in, which samples may be published out. */
package org.seqlm.job.samples;
