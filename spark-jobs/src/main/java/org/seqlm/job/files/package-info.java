/** {@code seqlm files}: what a folder of ours holds, and what lies in it that nobody needs. */
package org.seqlm.job.files;
