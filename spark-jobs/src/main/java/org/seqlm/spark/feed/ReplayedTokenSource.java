package org.seqlm.spark.feed;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.seqlm.neural.learner.Replay;

/**
 * A new text with excerpts of old ones among it: other excerpts in every pass, as {@link Replay}
 * says. The old texts follow one another in the order in which they are given.
 */
public final class ReplayedTokenSource implements TokenSource {
  private static final long serialVersionUID = 1L;

  private final TokenSource fresh;
  private final List<? extends TokenSource> old;
  private final Replay replay;

  /**
   * @param old as many tokens in all as the replay knows
   */
  public ReplayedTokenSource(TokenSource fresh, List<? extends TokenSource> old, Replay replay) {
    this.fresh = fresh;
    this.old = new java.util.ArrayList<>(old);
    this.replay = replay;
    long tokens = old.stream().mapToLong(TokenSource::tokens).sum();
    if (fresh.tokens() != replay.fresh() || tokens != replay.old()) {
      throw new IllegalArgumentException(
          replay + " is not of texts of " + fresh.tokens() + " and " + tokens + " tokens");
    }
  }

  @Override
  public long tokens() {
    return replay.tokens();
  }

  @Override
  public long edition(long pass) {
    return pass;
  }

  @Override
  public int[] read(long pass, long from, long to) throws IOException {
    int[] tokens = new int[Math.toIntExact(to - from)];
    int at = 0;
    for (Replay.Piece piece : replay.pieces(pass, from, to)) {
      if (piece.origin() == Replay.Origin.NEW) {
        at = copy(fresh.read(0, piece.from(), piece.to()), tokens, at);
      } else {
        at = old(piece.from(), piece.to(), tokens, at);
      }
    }
    return tokens;
  }

  private int old(long from, long to, int[] tokens, int at) throws IOException {
    long start = 0;
    int next = at;
    for (TokenSource text : old) {
      long end = start + text.tokens();
      if (from < end && start < to) {
        next =
            copy(
                text.read(0, Math.max(from, start) - start, Math.min(to, end) - start),
                tokens,
                next);
      }
      start = end;
    }
    return next;
  }

  private static int copy(int[] read, int[] into, int at) {
    System.arraycopy(read, 0, into, at, read.length);
    return at + read.length;
  }

  @Override
  public String key() {
    return fresh.key()
        + " with "
        + old.stream().map(TokenSource::key).collect(Collectors.joining(", "))
        + " as "
        + replay;
  }
}
