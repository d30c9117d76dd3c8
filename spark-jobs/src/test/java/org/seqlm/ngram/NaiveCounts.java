package org.seqlm.ngram;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.seqlm.vocab.TokenBlock;

/** The slow and obvious way to count, with a random text to count in. */
public final class NaiveCounts {
  /** Count and first position by n-gram. */
  final Map<List<Integer>, long[]> ngrams = new HashMap<>();

  NaiveCounts(int[] tokens, Set<Integer> documents, Runs rules, int order) {
    List<Integer> run = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    begin(run, positions, rules, 0);
    for (int i = 0; i < tokens.length; i++) {
      if (documents.contains(i) && rules.boundary() != Boundary.STREAM) {
        end(run, positions, rules, order);
        begin(run, positions, rules, i);
      }
      boolean mark = tokens[i] == 2 && rules.vocabularySize() > 2 && !rules.reads(2);
      if (mark) {
        continue;
      }
      run.add(tokens[i]);
      positions.add(i);
      if (rules.endsRun(tokens[i])) {
        end(run, positions, rules, order);
        begin(run, positions, rules, i + 1);
      }
    }
    end(run, positions, rules, order);
  }

  /** Counts by n-gram. */
  public static Map<List<Integer>, Long> of(Text text, Runs rules, int order) {
    Map<List<Integer>, Long> counts = new HashMap<>();
    new NaiveCounts(text.tokens(), text.documents(), rules, order)
        .ngrams.forEach((ngram, entry) -> counts.put(ngram, entry[0]));
    return counts;
  }

  private static void begin(List<Integer> run, List<Integer> positions, Runs rules, int at) {
    if (rules.runStart() >= 0) {
      run.add(rules.runStart());
      positions.add(at);
    }
  }

  private void end(List<Integer> run, List<Integer> positions, Runs rules, int order) {
    for (int from = 0; from < run.size(); from++) {
      for (int n = 1; n <= order && from + n <= run.size(); n++) {
        List<Integer> ngram = List.copyOf(run.subList(from, from + n));
        if (n == 1 && ngram.get(0) == rules.runStart()) {
          continue;
        }
        long first = positions.get(from);
        long[] entry = ngrams.computeIfAbsent(ngram, key -> new long[] {0, first});
        entry[0]++;
        entry[1] = Math.min(entry[1], first);
      }
    }
    run.clear();
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

    /** The text as blocks of random lengths. */
    public List<TokenBlock> blocks(SplittableRandom random, int longest) {
      List<TokenBlock> blocks = new ArrayList<>();
      int from = 0;
      while (from < tokens.length) {
        int to = Math.min(tokens.length, from + random.nextInt(longest + 1));
        int before = Math.min(from, random.nextInt(4));
        int[] starts =
            documents.subSet(from - before, to).stream().mapToInt(Integer::intValue).toArray();
        for (int i = 0; i < starts.length; i++) {
          starts[i] -= from - before;
        }
        blocks.add(
            new TokenBlock(
                from,
                java.util.Arrays.copyOfRange(tokens, from - before, from),
                java.util.Arrays.copyOfRange(tokens, from, to),
                starts));
        from = to;
      }
      return blocks;
    }
  }
}
