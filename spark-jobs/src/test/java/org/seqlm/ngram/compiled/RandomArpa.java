package org.seqlm.ngram.compiled;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.seqlm.ngram.arpa.ArpaReader;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.model.BackoffModel;

/** Models of random n-grams with every oddity that an ARPA file may have. */
final class RandomArpa {
  private RandomArpa() {}

  /**
   * A model: some n-grams lack their suffixes, some contexts have weights and no follower, some
   * hold {@code <unk>}, and some models lack it.
   *
   * @param most n-grams of an order, more or less
   */
  static BackoffModel model(Random random, int order, int words, int most, Boundary boundary)
      throws IOException {
    BackoffModel read =
        ArpaReader.read(
            new ByteArrayInputStream(
                text(random, order, words, most).getBytes(StandardCharsets.UTF_8)),
            "random");
    BackoffModel.Builder builder =
        new BackoffModel.Builder(
            order, read.vocabulary(), Passages.of(boundary, read.vocabulary()), "random");
    read.writeTo(builder);
    return builder.build();
  }

  private static String text(Random random, int order, int words, int most) {
    List<Map<String, String>> sections = new ArrayList<>();
    Map<String, String> unigrams = new LinkedHashMap<>();
    unigrams.put("<s>", "0\t<s>" + weight(random, order, 1));
    unigrams.put("</s>", "-1.25\t</s>");
    if (random.nextBoolean()) {
      unigrams.put("<unk>", "-3.5\t<unk>" + weight(random, order, 1));
    }
    for (int i = 0; i < words; i++) {
      unigrams.put("w" + i, number(random) + "\tw" + i + weight(random, order, 1));
    }
    sections.add(unigrams);
    List<String> all = new ArrayList<>(unigrams.keySet());
    for (int n = 2; n <= order; n++) {
      List<String> contexts = new ArrayList<>(sections.get(n - 2).keySet());
      contexts.removeIf(context -> context.endsWith("</s>"));
      Map<String, String> section = new LinkedHashMap<>();
      for (int i = 0; i < most && !contexts.isEmpty(); i++) {
        // The first words are much more frequent.
        int word = Math.min(random.nextInt(all.size()), random.nextInt(all.size()));
        String context = contexts.get(random.nextInt(contexts.size()));
        if (all.get(word).equals("<s>")) {
          continue;
        }
        String ngram = context + " " + all.get(word);
        section.put(ngram, number(random) + "\t" + ngram + weight(random, order, n));
      }
      sections.add(section);
    }
    StringBuilder text = new StringBuilder("\\data\\\n");
    for (int n = 1; n <= order; n++) {
      text.append("ngram ").append(n).append('=').append(sections.get(n - 1).size()).append('\n');
    }
    for (int n = 1; n <= order; n++) {
      text.append("\n\\").append(n).append("-grams:\n");
      sections.get(n - 1).values().forEach(line -> text.append(line).append('\n'));
    }
    return text.append("\n\\end\\\n").toString();
  }

  private static String number(Random random) {
    return random.nextInt(20) == 0
        ? "0"
        : String.format(Locale.ROOT, "%.6f", -4 * random.nextDouble());
  }

  private static String weight(Random random, int order, int n) {
    return n == order || random.nextInt(3) == 0
        ? ""
        : String.format(Locale.ROOT, "\t%.6f", random.nextDouble() - 0.8);
  }

  /** Tokens of a text, some of them rare, some unknown, with line ends. */
  static int[] tokens(Random random, int size, int length) {
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      int token = Math.min(random.nextInt(size), random.nextInt(size));
      tokens[i] = token == 1 ? 2 : token;
    }
    return tokens;
  }
}
