package org.seqlm.ngram.kenlm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.codec.digest.MurmurHash2;

/**
 * Writes KenLM's binaries of small ARPA files, in plain steps and whole in memory, so that what
 * reads them is tested where there is no KenLM. The files are those of {@code build_binary}, byte
 * for byte: that was checked by hand with KenLM at 4cb443e, for all types and {@code -v}, with and
 * without {@code <unk>}, on models of orders 2 to 5.
 */
public final class KenlmWriter {
  private static final long CONTEXT_FACTOR = 8978948897894561157L;
  private static final long WORD_FACTOR = Long.parseUnsignedLong("17894857484156487943");

  /**
   * How to build.
   *
   * @param type KenLM's number: 0 probing, 2 to 5 tries
   * @param multiplier {@code -p}
   * @param probabilityBits {@code -q}
   * @param backoffBits {@code -b}
   * @param arrayBits {@code -a}
   * @param words false for {@code -v}
   */
  public record Options(
      int type,
      float multiplier,
      int probabilityBits,
      int backoffBits,
      int arrayBits,
      boolean words) {
    public static Options probing() {
      return new Options(0, 1.5f, 8, 8, 22, true);
    }

    public static Options trie() {
      return new Options(2, 1.5f, 8, 8, 22, true);
    }

    public Options quantized(int probability, int backoff) {
      return new Options(type | 1, multiplier, probability, backoff, arrayBits, words);
    }

    public Options array(int most) {
      return new Options(type == 2 ? 4 : 5, multiplier, probabilityBits, backoffBits, most, words);
    }

    public Options times(float more) {
      return new Options(type, more, probabilityBits, backoffBits, arrayBits, words);
    }

    public Options wordless() {
      return new Options(type, multiplier, probabilityBits, backoffBits, arrayBits, false);
    }
  }

  private static final class Gram {
    float probability;
    float backoff = -0f;
    int[] reversed; // ids, the last word first
  }

  private final Options options;
  private final List<Map<String, Gram>> orders = new ArrayList<>(); // by the words, in file order
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<String> words = new ArrayList<>(); // by id
  private final boolean unknown; // whether the ARPA file has <unk>
  private final long[] counts;
  private final LittleEndianBytes out = new LittleEndianBytes();

  private KenlmWriter(String arpa, Options options) {
    this.options = options;
    for (String line : arpa.split("\n")) {
      String[] fields = line.split("\t");
      if (line.endsWith("-grams:")) {
        orders.add(new java.util.LinkedHashMap<>());
      } else if (!orders.isEmpty() && fields.length > 1) {
        Gram gram = new Gram();
        gram.probability = Float.parseFloat(fields[0]);
        float backoff = fields.length > 2 ? Float.parseFloat(fields[2]) : 0;
        gram.backoff = backoff == 0 ? -0f : backoff;
        orders.get(orders.size() - 1).put(fields[1], gram);
      }
    }
    unknown = orders.get(0).containsKey("<unk>");
    counts = orders.stream().mapToLong(Map::size).toArray();
    List<String> listed = new ArrayList<>(orders.get(0).keySet());
    listed.remove("<unk>");
    if (options.type() != 0) {
      listed.sort(Comparator.comparing(KenlmWriter::hash, Long::compareUnsigned));
      counts[0] += unknown ? 0 : 1;
    }
    words.add("<unk>");
    words.addAll(listed);
    for (String word : words) {
      ids.put(word, ids.size());
    }
    for (int n = 1; n <= orders.size(); n++) {
      for (Map.Entry<String, Gram> entry : orders.get(n - 1).entrySet()) {
        String[] parts = entry.getKey().split(" ");
        assertThat(parts).hasSize(n);
        int[] reversed = new int[n];
        for (int i = 0; i < n; i++) {
          reversed[i] = ids.get(parts[n - 1 - i]);
        }
        entry.getValue().reversed = reversed;
      }
    }
  }

  /** The binary of an ARPA file that holds the context and the suffix of each of its n-grams. */
  public static byte[] write(String arpa, Options options) {
    return new KenlmWriter(arpa, options).write();
  }

  static long hash(String word) {
    byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
    return MurmurHash2.hash64(utf8, utf8.length, 0);
  }

  private byte[] write() {
    header();
    if (options.type() == 0) {
      probing();
    } else {
      trie();
    }
    if (options.words()) {
      for (String word : words) {
        out.bytes((word + "\0").getBytes(StandardCharsets.UTF_8));
      }
    }
    return out.toByteArray();
  }

  private void header() {
    byte[] magic = new byte[56];
    byte[] text =
        "mmap lm http://kheafield.com/code format version 5\n".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(text, 0, magic, 0, text.length);
    out.bytes(magic);
    for (float test : new float[] {0, 1, -0.5f}) {
      out.float32(test);
    }
    out.int32(1).int32(-1).int32(0).int64(1);
    out.int32(orders.size()).float32(options.multiplier()).int32(options.type());
    out.int32(options.words() ? 1 : 0).int32(options.type() == 0 ? 0 : 1);
    for (long count : counts) {
      out.int64(count);
    }
    out.align8();
  }

  // ---- Hash tables.

  private long buckets(long entries) {
    return Math.max(entries + 1, (long) (options.multiplier() * (float) entries));
  }

  /** Puts values of some bytes into the first free bucket from their key's on. */
  private ByteBuffer table(long entries, int size) {
    return ByteBuffer.allocate((int) buckets(entries) * size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer bucket(ByteBuffer table, int size, long key) {
    int buckets = table.capacity() / size;
    int at = (int) Long.remainderUnsigned(key, buckets);
    while (table.getLong(at * size) != 0) {
      at = (at + 1) % buckets;
    }
    return table.position(at * size).putLong(key);
  }

  private static float signed(float probability) {
    return Float.intBitsToFloat(Float.floatToRawIntBits(probability) | 0x8000_0000);
  }

  private static float unsigned(float probability) {
    return Math.abs(probability);
  }

  private void probing() {
    out.int32(0).int32(words.size());
    ByteBuffer vocabulary = table(counts[0], 12);
    for (int id = 1; id < words.size(); id++) {
      bucket(vocabulary, 12, hash(words.get(id))).putInt(id);
    }
    out.bytes(vocabulary.array());
    for (int n = 2; n <= orders.size(); n++) {
      for (Map.Entry<String, Gram> entry : orders.get(n - 1).entrySet()) {
        entry.getValue().probability = signed(entry.getValue().probability);
        suffix(entry.getKey(), n).probability = unsigned(suffix(entry.getKey(), n).probability);
        extend(prefix(entry.getKey(), n));
      }
    }
    ByteBuffer unigrams =
        ByteBuffer.allocate(8 * (int) (counts[0] + 1)).order(ByteOrder.LITTLE_ENDIAN);
    for (Gram gram : orders.get(0).values()) {
      unigrams.putFloat(8 * gram.reversed[0], gram.probability);
      unigrams.putFloat(8 * gram.reversed[0] + 4, gram.backoff);
    }
    if (!unknown) {
      unigrams.putFloat(0, -100);
    }
    out.bytes(unigrams.array());
    for (int n = 2; n <= orders.size(); n++) {
      boolean longest = n == orders.size();
      ByteBuffer table = table(counts[n - 1], longest ? 12 : 16);
      for (Gram gram : orders.get(n - 1).values()) {
        long key = gram.reversed[0];
        for (int i = 1; i < n; i++) {
          key = key * CONTEXT_FACTOR ^ (1L + gram.reversed[i]) * WORD_FACTOR;
        }
        bucket(table, longest ? 12 : 16, key).putFloat(gram.probability);
        if (!longest) {
          table.putFloat(gram.backoff);
        }
      }
      out.bytes(table.array());
    }
  }

  private Gram suffix(String gram, int n) {
    return orders.get(n - 2).get(gram.substring(gram.indexOf(' ') + 1));
  }

  private Gram prefix(String gram, int n) {
    return orders.get(n - 2).get(gram.substring(0, gram.lastIndexOf(' ')));
  }

  /** Longer n-grams begin with this one. */
  private static void extend(Gram gram) {
    gram.backoff = gram.backoff == 0 ? 0f : gram.backoff;
  }

  // ---- Tries.

  private static int bits(long most) {
    return most == 0 ? 0 : Long.toBinaryString(most).length();
  }

  private void trie() {
    boolean quantized = options.type() == 3 || options.type() == 5;
    boolean array = options.type() >= 4;
    out.int64(words.size() - 1L);
    for (int id = 1; id < words.size(); id++) {
      out.int64(hash(words.get(id)));
    }
    out.zeros(8 * (int) (counts[0] - words.size() + 1));
    float[][] probabilities = new float[orders.size() + 1][];
    float[][] backoffs = new float[orders.size() + 1][];
    if (quantized) {
      out.bytes(
          new byte[] {
            2, (byte) options.probabilityBits(), (byte) options.backoffBits(), 0, 0, 0, 0, 0
          });
      for (int n = 2; n <= orders.size(); n++) {
        probabilities[n] = new float[1 << options.probabilityBits()];
        bins(n, probabilities[n], 0);
        if (n < orders.size()) {
          backoffs[n] = new float[1 << options.backoffBits()];
          bins(n, backoffs[n], 2);
        }
      }
    }
    for (int n = 2; n <= orders.size(); n++) {
      for (String gram : orders.get(n - 1).keySet()) {
        extend(prefix(gram, n));
      }
    }
    List<List<Gram>> sorted = new ArrayList<>();
    for (Map<String, Gram> order : orders) {
      List<Gram> grams = new ArrayList<>(order.values());
      grams.sort((a, b) -> Arrays.compare(a.reversed, b.reversed));
      sorted.add(grams);
    }
    if (!unknown) {
      Gram gram = new Gram();
      gram.probability = -100;
      gram.backoff = 0;
      gram.reversed = new int[] {0};
      sorted.get(0).add(0, gram);
    }
    for (Gram gram : sorted.get(0)) {
      out.float32(gram.probability).float32(gram.backoff).int64(next(gram, sorted.get(1)));
    }
    out.zeros(8).int64(sorted.get(1).size()).zeros(16);
    int wordBits = bits(counts[0]);
    for (int n = 2; n <= orders.size(); n++) {
      List<Gram> grams = sorted.get(n - 1);
      boolean longest = n == orders.size();
      int pointerBits = longest ? 0 : bits(counts[n]);
      if (array && !longest) {
        pointerBits = array(grams, sorted.get(n));
      }
      int entry =
          wordBits
              + (quantized
                  ? options.probabilityBits() + (longest ? 0 : options.backoffBits())
                  : longest ? 31 : 63)
              + pointerBits;
      byte[] packed = new byte[((grams.size() + 1) * entry + 7) / 8 + 8];
      for (int i = 0; i < grams.size(); i++) {
        Gram gram = grams.get(i);
        int at = i * entry;
        at = put(packed, at, gram.reversed[n - 1], wordBits);
        if (quantized && !longest) {
          int place =
              gram.backoff == 0
                  ? Float.floatToRawIntBits(gram.backoff) == 0 ? 1 : 0
                  : bin(backoffs[n], 2, gram.backoff);
          at = put(packed, at, place, options.backoffBits());
        }
        if (quantized) {
          at =
              put(
                  packed,
                  at,
                  bin(probabilities[n], 0, gram.probability),
                  options.probabilityBits());
        } else {
          at = put(packed, at, Float.floatToRawIntBits(gram.probability) & 0x7fff_ffff, 31);
          if (!longest) {
            at = put(packed, at, Float.floatToRawIntBits(gram.backoff) & 0xffff_ffffL, 32);
          }
        }
        if (!longest) {
          put(packed, at, next(gram, sorted.get(n)), pointerBits);
        }
      }
      if (!longest) {
        put(packed, (grams.size() + 1) * entry - pointerBits, sorted.get(n).size(), pointerBits);
      }
      out.bytes(packed);
    }
  }

  /** How many n-grams of the next order come before those that go on with one. */
  private static long next(Gram gram, List<Gram> longer) {
    return longer.stream().filter(g -> before(g.reversed, gram.reversed)).count();
  }

  private static boolean before(int[] longer, int[] shorter) {
    return Arrays.compare(Arrays.copyOf(longer, shorter.length), shorter) < 0;
  }

  /** Writes the table of pointers' high bits, and tells how many bits are left. */
  private int array(List<Gram> grams, List<Gram> longer) {
    long largest = longer.size();
    int needed = bits(largest);
    long best = Long.MAX_VALUE;
    int high = 0;
    for (int h = 0; h <= Math.min(needed, options.arrayBits()); h++) {
      long cost = (largest >> (needed - h)) * 64 - (grams.size() + 1L) * h;
      if (cost < best) {
        best = cost;
        high = h;
      }
    }
    int low = needed - high;
    List<Long> pointers = new ArrayList<>();
    grams.forEach(gram -> pointers.add(next(gram, longer)));
    pointers.add(largest);
    int values = (int) (largest >> low) + 1;
    int start = out.size();
    out.bytes(new byte[] {0, (byte) options.arrayBits()});
    out.zeros((start + 7) / 8 * 8 + 8 - out.size());
    out.int64(0);
    for (int value = 1; value < values; value++) {
      int first = 0;
      while (pointers.get(first) >> low < value) {
        first++;
      }
      out.int64(first);
    }
    out.zeros(start + 8 * (1 + values) + 7 - out.size());
    return low;
  }

  /** Averages of equal shares of the sorted values. */
  private void bins(int n, float[] into, int reserved) {
    float[] values = new float[orders.get(n - 1).size()];
    int size = 0;
    for (Gram gram : orders.get(n - 1).values()) {
      float value = reserved == 0 ? gram.probability : gram.backoff;
      if (reserved == 0 || value != 0) {
        values[size++] = value;
      }
    }
    values = Arrays.copyOf(values, size);
    Arrays.sort(values);
    if (reserved > 0) {
      into[0] = -0f;
      into[1] = 0f;
    }
    long bins = into.length - reserved;
    for (int i = 0; i < bins; i++) {
      int from = (int) (size * (long) i / bins);
      int to = (int) (size * (i + 1L) / bins);
      double sum = 0;
      for (int k = from; k < to; k++) {
        sum += values[k];
      }
      into[reserved + i] =
          from < to
              ? (float) (sum / (to - from))
              : i > 0 ? into[reserved + i - 1] : Float.NEGATIVE_INFINITY;
    }
    for (float value : into) {
      out.float32(value);
    }
  }

  /** The place of the nearest value. */
  private static int bin(float[] table, int reserved, float value) {
    int above = reserved;
    while (above < table.length && table[above] < value) {
      above++;
    }
    if (above == reserved) {
      return reserved;
    }
    if (above == table.length) {
      return table.length - 1;
    }
    return value - table[above - 1] < table[above] - value ? above - 1 : above;
  }

  /** Puts bits, the lowest first, and tells where they end. */
  private static int put(byte[] packed, int bit, long value, int bits) {
    for (int i = 0; i < bits; i++) {
      packed[(bit + i) >> 3] |= (byte) ((value >> i & 1) << (bit + i & 7));
    }
    return bit + bits;
  }
}
