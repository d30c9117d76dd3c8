/**
 * Files on whatever file system Hadoop knows: names as people write them ({@link
 * org.seqlm.store.Paths}), files that appear whole or not at all ({@link
 * org.seqlm.store.HashedFile}), and a file that is made only where there is none of its name
 * ({@link org.seqlm.store.ExclusiveFile}), on which every commit rests.
 */
package org.seqlm.store;
