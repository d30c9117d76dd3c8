package org.seqlm.corpus.night;

import java.util.List;

/**
 * Something that is told about the text that a night has found.
 *
 * @param kind what it is
 * @param policy what the night does about it
 * @param partition its name; where partitions are missing, their source; of the night itself none
 * @param text a sentence for people
 * @param done what became of the partition; null until a plan has it
 */
public record Finding(
    FindingKind kind, FindingPolicy policy, String partition, String text, Done done) {

  /** What became of the partition that a finding is about. */
  public enum Done {
    /** The night ends. */
    REFUSED("refused"),
    /** It is taken. */
    TAKEN("taken all the same"),
    /** It is not taken. */
    LEFT_OUT("left out"),
    /** It is of a later date, and is taken by a later night. */
    WAITS("waits for its night"),
    /** It was taken before, and is not taken again. */
    NOT_AGAIN("not taken again"),
    /** There is no partition that anything could be done with. */
    NOTHING("the night goes on");

    private final String words;

    Done(String words) {
      this.words = words;
    }

    /** For people. */
    public String words() {
      return words;
    }
  }

  /** One that no plan has yet. */
  public Finding(FindingKind kind, FindingPolicy policy, String partition, String text) {
    this(kind, policy, partition, text, null);
  }

  /** The same in a plan that takes these partitions. */
  Finding in(List<InputPartition> take) {
    return new Finding(kind, policy, partition, text, doneBy(take));
  }

  private Done doneBy(List<InputPartition> take) {
    if (policy == FindingPolicy.REFUSE) {
      return Done.REFUSED;
    }
    if (!kind.isOfPartition()) {
      return Done.NOTHING;
    }
    // One finding of a partition may have it left out, whatever the policy of another is.
    if (take.stream().anyMatch(one -> one.name().equals(partition))) {
      return Done.TAKEN;
    }
    return kind == FindingKind.EARLY
        ? Done.WAITS
        : kind == FindingKind.CHANGED ? Done.NOT_AGAIN : Done.LEFT_OUT;
  }

  /** The sentence, and what was done. */
  public String told() {
    return done == null ? text : text + " (" + done.words() + ")";
  }
}
