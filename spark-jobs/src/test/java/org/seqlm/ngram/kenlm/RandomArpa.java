package org.seqlm.ngram.kenlm;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;

/** Makes small models of n-grams that stand in random sentences, with numbers of no meaning. */
final class RandomArpa {
  private RandomArpa() {}

  /** Random sentences over {@code words} words. */
  static List<List<String>> sentences(int count, int words, Random random) {
    List<List<String>> sentences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> sentence = new ArrayList<>();
      for (int k = random.nextInt(9); k > 0; k--) {
        // Some words are frequent.
        sentence.add("w" + (int) (words * Math.pow(random.nextDouble(), 2)));
      }
      sentences.add(sentence);
    }
    return sentences;
  }

  /**
   * An ARPA file of the n-grams of some sentences; a third of the back-offs are 0, some are
   * missing.
   *
   * @param marks unigrams besides, for instance {@code <unk>}
   */
  static String of(List<List<String>> sentences, int order, List<String> marks, Random random) {
    List<TreeSet<String>> grams = new ArrayList<>();
    for (int n = 1; n <= order; n++) {
      grams.add(new TreeSet<>());
    }
    grams.get(0).addAll(marks);
    for (List<String> sentence : sentences) {
      List<String> all = new ArrayList<>(List.of("<s>"));
      all.addAll(sentence);
      all.add("</s>");
      for (int i = 0; i < all.size(); i++) {
        for (int n = 1; n <= order && i + n <= all.size(); n++) {
          grams.get(n - 1).add(String.join(" ", all.subList(i, i + n)));
        }
      }
    }
    StringBuilder arpa = new StringBuilder("\\data\\\n");
    for (int n = 1; n <= order; n++) {
      arpa.append("ngram " + n + "=" + grams.get(n - 1).size() + "\n");
    }
    for (int n = 1; n <= order; n++) {
      arpa.append("\n\\" + n + "-grams:\n");
      for (String gram : grams.get(n - 1)) {
        arpa.append(number(-4 * random.nextDouble())).append('\t').append(gram);
        int kind = random.nextInt(4);
        if (n < order && kind > 0) {
          arpa.append('\t').append(kind == 1 ? "0" : number(random.nextDouble() - 0.8));
        }
        arpa.append('\n');
      }
    }
    return arpa.append("\n\\end\\\n").toString();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
