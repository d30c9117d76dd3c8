/**
 * {@code seqlm models}: a registry's versions that are added, shown, compared, promoted, rolled
 * back and pruned.
 */
package org.seqlm.job.models;
