package org.seqlm.vocab;

import java.util.Arrays;
import java.util.BitSet;
import org.seqlm.UserException;

/**
 * A vocabulary to which those of other texts are added, or from whose counts theirs are taken.
 * Tokens keep their ids; new ones come behind them, in the order of the other's ids. So its ids are
 * not in the order of the counts.
 */
public final class JoinedVocabulary {
  private final int reserved;
  private final TokenTable table;
  private long[] counts;

  /** Begins with a vocabulary. */
  public JoinedVocabulary(Vocabulary first) {
    PackedTokens tokens = Vocabularies.pack(first);
    this.reserved = first.reserved();
    this.table = new TokenTable(tokens.size());
    this.counts = tokens.counts().clone();
    for (int id = 0; id < tokens.size(); id++) {
      table.add(tokens.arena(), tokens.start(id), tokens.end(id));
    }
  }

  /**
   * Adds the tokens of another text with their counts.
   *
   * @return what its ids become // (size of the other)
   */
  public int[] add(Vocabulary other) {
    PackedTokens tokens = Vocabularies.pack(other);
    int[] ids = new int[tokens.size()];
    for (int id = 0; id < ids.length; id++) {
      ids[id] = table.add(tokens.arena(), tokens.start(id), tokens.end(id));
      if (ids[id] == counts.length) {
        counts = Arrays.copyOf(counts, counts.length * 2);
      }
      counts[ids[id]] += tokens.counts()[id];
    }
    return ids;
  }

  /**
   * Takes the counts of a text that is a part of this one's.
   *
   * @return what its ids become // (size of the other)
   * @throws UserException with exit code 3 if it has tokens that this one has not, or not so often
   */
  public int[] subtract(Vocabulary other) {
    PackedTokens tokens = Vocabularies.pack(other);
    int[] ids = new int[tokens.size()];
    for (int id = 0; id < ids.length; id++) {
      int here = table.find(tokens.arena(), tokens.start(id), tokens.end(id));
      long count = tokens.counts()[id];
      if (here < 0 && count > 0) {
        throw noPart(other.token(id), 0, count);
      }
      ids[id] = Math.max(0, here); // what does not appear stands in no n-gram
      if (here >= 0) {
        if (counts[here] < count) {
          throw noPart(other.token(id), counts[here], count);
        }
        counts[here] -= count;
      }
    }
    return ids;
  }

  /**
   * Tells of a token that the other text has more often.
   *
   * @param here how often it is there to be taken away
   * @param there how often it is to be taken away
   */
  public static UserException noPart(String token, long here, long there) {
    return UserException.data(
        "what is to be subtracted holds \""
            + token
            + "\" "
            + there
            + " times, the counts "
            + here
            + " times: it is no part of them");
  }

  /** All tokens, those that do not appear any more among them. */
  public Vocabulary vocabulary() {
    return Vocabularies.unpack(reserved, PackedTokens.of(table, counts));
  }

  /** The ids of reserved tokens and of those that appear. */
  public BitSet present() {
    BitSet present = new BitSet(table.size());
    for (int id = 0; id < table.size(); id++) {
      present.set(id, id < reserved || counts[id] > 0);
    }
    return present;
  }
}
