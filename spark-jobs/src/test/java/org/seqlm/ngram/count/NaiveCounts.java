package org.seqlm.ngram.count;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.seqlm.vocab.TokenBlock;

/** The slow and obvious way to count, with a random text to count in. */
public final class NaiveCounts {
  /** Count and first position by n-gram. */
  public final Map<List<Integer>, long[]> ngrams = new HashMap<>();

  private final Map<List<Integer>, Set<Integer>> left = new HashMap<>();
  private final int start;

  public NaiveCounts(int[] tokens, Set<Integer> documents, Passages rules, int order) {
    start = rules.passageStart();
    List<Integer> passage = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    begin(passage, positions, rules, 0);
    for (int i = 0; i < tokens.length; i++) {
      if (documents.contains(i) && rules.boundary() != Boundary.STREAM) {
        end(passage, positions, rules, order);
        begin(passage, positions, rules, i);
      }
      boolean mark = tokens[i] == 2 && rules.vocabularySize() > 2 && !rules.reads(2);
      if (mark) {
        continue;
      }
      passage.add(tokens[i]);
      positions.add(i);
      if (rules.endsPassage(tokens[i])) {
        end(passage, positions, rules, order);
        begin(passage, positions, rules, i + 1);
      }
    }
    end(passage, positions, rules, order);
  }

  /** After how many different tokens an n-gram appears, or how often where nothing can precede. */
  long adjusted(List<Integer> ngram) {
    return start >= 0 && ngram.get(0) == start ? ngrams.get(ngram)[0] : left.get(ngram).size();
  }

  /** Counts by n-gram. */
  public static Map<List<Integer>, Long> of(Text text, Passages rules, int order) {
    Map<List<Integer>, Long> counts = new HashMap<>();
    new NaiveCounts(text.tokens(), text.documents(), rules, order)
        .ngrams.forEach((ngram, entry) -> counts.put(ngram, entry[0]));
    return counts;
  }

  /** Where n-grams first appear. */
  public static Map<List<Integer>, Long> firsts(Text text, Passages passages, int order) {
    Map<List<Integer>, Long> firsts = new HashMap<>();
    new NaiveCounts(text.tokens(), text.documents(), passages, order)
        .ngrams.forEach((ngram, entry) -> firsts.put(ngram, entry[1]));
    return firsts;
  }

  private static void begin(
      List<Integer> passage, List<Integer> positions, Passages rules, int at) {
    if (rules.passageStart() >= 0) {
      passage.add(rules.passageStart());
      positions.add(at);
    }
  }

  private void end(List<Integer> passage, List<Integer> positions, Passages rules, int order) {
    for (int from = 0; from < passage.size(); from++) {
      for (int n = 1; n <= order && from + n <= passage.size(); n++) {
        List<Integer> ngram = List.copyOf(passage.subList(from, from + n));
        if (n == 1 && ngram.get(0) == rules.passageStart()) {
          continue;
        }
        long first = positions.get(from);
        long[] entry = ngrams.computeIfAbsent(ngram, key -> new long[] {0, first});
        entry[0]++;
        entry[1] = Math.min(entry[1], first);
        // -1 is the start of the passage.
        left.computeIfAbsent(ngram, key -> new HashSet<>())
            .add(from == 0 ? -1 : passage.get(from - 1));
      }
    }
    passage.clear();
    positions.clear();
  }

  /** A text: ids, and where documents begin. */
  public record Text(int[] tokens, TreeSet<Integer> documents) {
    /** A text of lines and documents; few ids are frequent. */
    public static Text random(SplittableRandom random, int vocabulary, int reserved, int length) {
      int[] tokens = new int[length];
      TreeSet<Integer> documents = new TreeSet<>(List.of(0));
      int lineEnd = reserved == 1 ? 1 : 2;
      for (int i = 0; i < length; i++) {
        double u = random.nextDouble();
        if (u < 0.15) {
          tokens[i] = lineEnd;
        } else {
          // Few frequent ids and some of the whole range, so that n-grams repeat and keys are wide.
          int range = random.nextInt(10) == 0 ? vocabulary : Math.min(vocabulary, reserved + 4);
          tokens[i] = reserved + random.nextInt(Math.max(1, range - reserved));
        }
        if (random.nextInt(12) == 0 && i > 0 && tokens[i - 1] == lineEnd) {
          documents.add(i);
        }
      }
      return new Text(tokens, documents);
    }

    /**
     * The text as blocks of random lengths, each with what n-grams up to {@code order} need of what
     * stands before it, or more.
     */
    public List<TokenBlock> blocks(
        SplittableRandom random, int longest, Passages passages, int order) {
      List<TokenBlock> blocks = new ArrayList<>();
      int from = 0;
      while (from < tokens.length) {
        int to = Math.min(tokens.length, from + random.nextInt(longest + 1));
        int before = Math.min(from, random.nextInt(4));
        TokenBlock block = block(from, to, before);
        while (!passages.reachesBack(block, order)) {
          block = block(from, to, ++before);
        }
        blocks.add(block);
        from = to;
      }
      return blocks;
    }

    private TokenBlock block(int from, int to, int before) {
      int[] starts =
          documents.subSet(from - before, to).stream().mapToInt(Integer::intValue).toArray();
      for (int i = 0; i < starts.length; i++) {
        starts[i] -= from - before;
      }
      return new TokenBlock(
          from,
          Arrays.copyOfRange(tokens, from - before, from),
          Arrays.copyOfRange(tokens, from, to),
          starts);
    }
  }
}
