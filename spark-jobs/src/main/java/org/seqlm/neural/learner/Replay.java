package org.seqlm.neural.learner;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.neural.KeyedRandom;

/**
 * Old text that is read again among the new: what a pass reads is all of the new text in its order,
 * with excerpts of the old text in it, one at a random place of each of as many equal parts. So
 * every worker and every stream meets both, and whatever deals a text out to workers deals this one
 * out. Their number is a prime, so that streams of equal length begin in different places of such
 * parts: where all begin in the same place, they read old text at the same time. An excerpt begins
 * as a document does: with the state that the text before it left.
 *
 * <p>Excerpts are drawn without replacement: excerpt g of a run, counted over all passes, is place
 * {@code g mod N} of a permutation of the N excerpts of the old text, keyed by (seed, {@code g/N}),
 * and with each permutation they are cut from another place on. All this is a function of (seed,
 * pass, position), whoever reads it.
 *
 * @param fresh tokens of the new text
 * @param old tokens of the old text
 * @param excerpts of a pass
 * @param length tokens of each
 * @param seed of the run
 */
public record Replay(long fresh, long old, long excerpts, int length, long seed)
    implements Serializable {
  /** Excerpts of a pass at least: with few, some streams would read old text for long. */
  private static final long FEWEST = 256;

  /**
   * How much is replayed, as users say it.
   *
   * @param share of a pass's tokens that are old, 0 to 0.9
   * @param excerpt tokens of an excerpt at most, 1 to 1048576
   */
  public record Rules(double share, int excerpt) {
    public Rules {
      new Problems()
          .inRange("replay.share", share, 0, 0.9)
          .inRange("replay.excerpt", excerpt, 1, 1 << 20)
          .throwIfAny();
    }
  }

  /** Whose tokens they are. */
  public enum Origin {
    NEW,
    OLD
  }

  /**
   * Consecutive tokens of one of the two texts.
   *
   * @param from position in that text
   * @param to one past the last
   */
  public record Piece(Origin origin, long from, long to) {}

  /**
   * The excerpts of each pass.
   *
   * @param fresh tokens of the new text
   * @param old tokens of the old text
   * @throws UserException with exit code 3 if one of the texts is empty
   */
  public static Replay of(long fresh, long old, Rules rules, long seed) {
    if (fresh == 0 || old == 0) {
      throw UserException.data(
          "the train split of "
              + (fresh == 0 ? "input" : "replay.inputs")
              + " has no tokens, so replay.share "
              + rules.share()
              + " of it cannot be mixed: give a dataset with text, or leave replay.inputs out");
    }
    double wanted = Math.max(1, fresh * (rules.share() / (1 - rules.share())));
    int length =
        (int) Math.min(Math.min(rules.excerpt(), old), Math.max(1, (long) (wanted / FEWEST)));
    long excerpts = Math.max(1, Math.round(wanted / length));
    return new Replay(fresh, old, excerpts < FEWEST ? excerpts : prime(excerpts), length, seed);
  }

  /** The least prime that is at least so much. */
  private static long prime(long least) {
    return BigInteger.valueOf(least - 1).nextProbablePrime().longValueExact();
  }

  /** Tokens of a pass. */
  public long tokens() {
    return fresh + ofPass();
  }

  /** Old tokens of a pass. */
  public long ofPass() {
    return excerpts * length;
  }

  /** How often a pass reads the old text, 1 being once. */
  public double turns() {
    return (double) ofPass() / old;
  }

  /** Where the i-th excerpt begins in a pass. */
  private long start(long i) {
    long low = Shard.scaled(i, fresh, excerpts);
    long width = Math.max(1, Shard.scaled(i + 1, fresh, excerpts) - low);
    return low + Math.floorMod(KeyedRandom.of(seed, "replay-place").bits(i), width) + i * length;
  }

  /** The excerpts that begin before a position of a pass. */
  private long begun(long position) {
    long low = 0;
    long high = excerpts;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (start(middle) < position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Old tokens among the first of a pass. */
  long before(long position) {
    long begun = begun(position);
    return begun == 0 ? 0 : (begun - 1) * length + Math.min(length, position - start(begun - 1));
  }

  /**
   * What stands at {@code [from, to)} of a pass, in order.
   *
   * @param pass from 0
   */
  public List<Piece> pieces(long pass, long from, long to) {
    List<Piece> pieces = new ArrayList<>();
    long at = from;
    while (at < to) {
      long begun = begun(at + 1);
      long end = begun == 0 ? 0 : start(begun - 1) + length;
      if (at < end) {
        long upTo = Math.min(to, end);
        long skipped = at - start(begun - 1);
        old(pass * excerpts + begun - 1, skipped, skipped + upTo - at, pieces);
        at = upTo;
      } else {
        long upTo = Math.min(to, begun == excerpts ? tokens() : start(begun));
        long gone = begun * length;
        pieces.add(new Piece(Origin.NEW, at - gone, upTo - gone));
        at = upTo;
      }
    }
    return pieces;
  }

  /** The tokens {@code [from, to)} of an excerpt; the old text begins again where it ends. */
  private void old(long number, long from, long to, List<Piece> pieces) {
    long all = old / length;
    long turn = number / all;
    KeyedRandom random = KeyedRandom.of(seed, "replay", turn);
    long cut = Math.floorMod(KeyedRandom.of(seed, "replay-cut", turn).bits(0), old);
    long begin = (cut + KeyedPermutation.at(random, number % all, all) * length + from) % old;
    long end = begin + to - from;
    pieces.add(new Piece(Origin.OLD, begin, Math.min(end, old)));
    if (end > old) {
      pieces.add(new Piece(Origin.OLD, 0, end - old));
    }
  }

  /**
   * The old tokens among the targets that a worker trains.
   *
   * @param shard what it reads of a text of {@link #tokens}
   * @param first step, from 0, over the whole run
   * @param end one past the last step
   */
  public long targets(Shard shard, long first, long end) {
    PassWindows cut = shard.cut();
    long sum = 0;
    for (long step = first; step < end; ) {
      long next = Math.min(end, (cut.pass(step) + 1) * cut.perPass());
      for (int b = 0; b < shard.batch(); b++) {
        long to = shard.position(next - 1, b) + cut.length(next - 1);
        sum += before(to + 1) - before(shard.position(step, b) + 1);
      }
      step = next;
    }
    return sum;
  }
}
