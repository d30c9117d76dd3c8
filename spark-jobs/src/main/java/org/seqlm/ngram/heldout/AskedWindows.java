package org.seqlm.ngram.heldout;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.ngram.count.KeyLayout;
import org.seqlm.ngram.count.SortedWindows;
import org.seqlm.ngram.count.WindowMerger;
import org.seqlm.ngram.count.WindowSource;
import org.seqlm.ngram.trie.Bytes;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.ngram.trie.SpilledRuns;

/**
 * The windows that many askers want to know of one slice: each asker's come sorted, and all of them
 * go out in the order of the keys, each with who asked. What there is no room for waits on the
 * local disk.
 */
public final class AskedWindows implements Closeable {
  /** Runs that are merged at a time at most, so that their buffers stay small. */
  private static final int MOST_RUNS = 1024;

  private static final int BUFFER = 1 << 13;

  private final KeyLayout layout;
  private final SpilledRuns bytes;
  private final List<Run> runs = new ArrayList<>();
  private WindowMerger.Tournament windows; // null until the first is asked for
  private Asked here;

  /** Where a run's bytes are; {@code asker} -1 where each window's count is who asked, plus one. */
  private record Run(long from, long to, long asker) {}

  /**
   * @param spill for the windows
   */
  public AskedWindows(KeyLayout layout, Spill spill) {
    this.layout = layout;
    this.bytes = new SpilledRuns(spill);
  }

  /**
   * Takes windows; all of them come before the first {@link #next}.
   *
   * @param asker from 0
   * @param sorted as {@link SortedWindows} writes them
   * @param from the first byte of them
   */
  public void add(long asker, byte[] sorted, int from) throws IOException {
    long begin = bytes.size();
    bytes.next().write(sorted, from, sorted.length - from);
    bytes.written();
    runs.add(new Run(begin, bytes.size(), asker));
  }

  /** Goes on to the next window; false at the end. */
  public boolean next() throws IOException {
    if (windows == null) {
      int from = 0;
      for (; runs.size() - from > MOST_RUNS; from += MOST_RUNS) {
        mergeFrom(from);
      }
      windows = tournament(runs.subList(from, runs.size()));
      here = (Asked) windows.least();
    } else if (here != null) {
      here = (Asked) windows.next();
    }
    return here != null;
  }

  /** The window's key, overwritten by {@link #next}. */
  public long[] key() {
    return here.key();
  }

  /** Who asked for the window. */
  public long asker() {
    return here.asker();
  }

  /** Makes one run, the last, of the first there are. */
  private void mergeFrom(int from) throws IOException {
    List<Run> some = runs.subList(from, from + MOST_RUNS);
    long begin = bytes.size();
    Bytes out = bytes.next();
    SortedWindows.Writer writer = new SortedWindows.Writer(layout, out);
    WindowMerger.Tournament merged = tournament(some);
    for (WindowSource least = merged.least(); least != null; least = merged.next()) {
      writer.add(least.key(), ((Asked) least).asker() + 1);
      bytes.written();
    }
    runs.add(new Run(begin, bytes.size(), -1));
  }

  private WindowMerger.Tournament tournament(List<Run> some) throws IOException {
    List<Asked> sources = new ArrayList<>(some.size());
    int least = 20 * (layout.order() + 2); // two windows
    for (Run run : some) {
      sources.add(
          new Asked(
              new SortedWindows.Reader(
                  layout,
                  bytes.stream(run.from(), run.to()),
                  (int) Math.max(least, Math.min(BUFFER, run.to() - run.from()))),
              run.asker()));
    }
    return new WindowMerger.Tournament(sources);
  }

  /** Windows that know who asked. */
  private record Asked(WindowSource windows, long of) implements WindowSource {
    @Override
    public boolean next() throws IOException {
      return windows.next();
    }

    @Override
    public long[] key() {
      return windows.key();
    }

    @Override
    public long count() {
      return windows.count();
    }

    long asker() {
      return of < 0 ? windows.count() - 1 : of;
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
