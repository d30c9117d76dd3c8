/** {@code seqlm interpolate}: models and a held-out split in, their best mixture out. */
package org.seqlm.job.interpolate;
