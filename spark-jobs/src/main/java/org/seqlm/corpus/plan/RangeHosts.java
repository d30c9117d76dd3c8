package org.seqlm.corpus.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.BlockLocation;

/**
 * Which hosts hold most of each range, so that a task may read near where its bytes lie. It is
 * found while files are listed, for all ranges at once.
 */
final class RangeHosts {
  /** As many as Spark itself names for what it reads. */
  private static final int MOST = 3;

  private final List<List<String>> hosts; // (range)

  private RangeHosts(List<List<String>> hosts) {
    this.hosts = hosts;
  }

  /**
   * @param blocks of files by their paths, as far as known, in the order of their offsets
   */
  static RangeHosts of(List<CorpusRange> ranges, Map<String, BlockLocation[]> blocks)
      throws IOException {
    List<List<String>> hosts = new ArrayList<>();
    Map<String, String> names = new HashMap<>(); // each is kept once
    for (CorpusRange range : ranges) {
      Map<String, Long> held = new HashMap<>();
      for (CorpusRange.Piece piece : range.pieces()) {
        BlockLocation[] all = blocks.getOrDefault(piece.file().path(), new BlockLocation[0]);
        for (int b = first(all, piece.from());
            b < all.length && all[b].getOffset() < piece.to();
            b++) {
          long from = Math.max(piece.from(), all[b].getOffset());
          long to = Math.min(piece.to(), all[b].getOffset() + all[b].getLength());
          for (String host : all[b].getHosts()) {
            // What a file system says that does not know, or where there is but one machine.
            if (!host.equals("localhost")) {
              held.merge(names.computeIfAbsent(host, name -> name), to - from, Long::sum);
            }
          }
        }
      }
      hosts.add(
          held.entrySet().stream()
              .sorted(
                  Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                      .thenComparing(Map.Entry.comparingByKey()))
              .limit(MOST)
              .map(Map.Entry::getKey)
              .toList());
    }
    return new RangeHosts(hosts);
  }

  /** Those of some ranges, in this order. */
  RangeHosts only(List<Integer> ranges) {
    return new RangeHosts(ranges.stream().map(hosts::get).toList());
  }

  /** The block that holds a byte, or the first after it. */
  private static int first(BlockLocation[] blocks, long from) {
    int low = 0;
    int high = blocks.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (blocks[middle].getOffset() + blocks[middle].getLength() <= from) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The host that holds most of a range first; none if nobody knows. */
  List<String> of(int range) {
    return hosts.get(range);
  }
}
