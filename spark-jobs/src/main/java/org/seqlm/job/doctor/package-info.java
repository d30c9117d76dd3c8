/** {@code seqlm doctor}: a platform in, what of it would fail or hold up a job out. */
package org.seqlm.job.doctor;
