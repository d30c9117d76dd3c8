package org.seqlm.duplicates;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class StarStepsTest {
  private record Edge(long from, long to) implements Comparable<Edge> {
    @Override
    public int compareTo(Edge other) {
      return from != other.from ? Long.compare(from, other.from) : Long.compare(to, other.to);
    }
  }

  private static TreeSet<Edge> large(TreeSet<Edge> edges) {
    Map<Long, TreeSet<Long>> neighbours = new TreeMap<>();
    for (Edge edge : edges) {
      neighbours.computeIfAbsent(edge.from, n -> new TreeSet<>()).add(edge.to);
      neighbours.computeIfAbsent(edge.to, n -> new TreeSet<>()).add(edge.from);
    }
    TreeSet<Edge> after = new TreeSet<>();
    StarSteps steps =
        new StarSteps(StarSteps.Step.LARGE, (from, to) -> after.add(new Edge(from, to)));
    neighbours.forEach((node, all) -> all.forEach(other -> steps.neighbour(node, other)));
    return after;
  }

  private static TreeSet<Edge> small(TreeSet<Edge> edges) {
    Map<Long, TreeSet<Long>> neighbours = new TreeMap<>();
    for (Edge edge : edges) {
      neighbours.computeIfAbsent(edge.from, n -> new TreeSet<>()).add(edge.to);
    }
    TreeSet<Edge> after = new TreeSet<>();
    StarSteps steps =
        new StarSteps(StarSteps.Step.SMALL, (from, to) -> after.add(new Edge(from, to)));
    neighbours.forEach((node, all) -> all.forEach(other -> steps.neighbour(node, other)));
    return after;
  }

  private static TreeSet<Edge> edges(long... pairs) {
    TreeSet<Edge> edges = new TreeSet<>();
    for (int i = 0; i < pairs.length; i += 2) {
      edges.add(new Edge(Math.max(pairs[i], pairs[i + 1]), Math.min(pairs[i], pairs[i + 1])));
    }
    return edges;
  }

  /** 1 - 2 - 3: node 2 joins 3 to 1, and node 1 joins 2 to itself. */
  @Test
  void aChainByHand() {
    assertThat(large(edges(1, 2, 2, 3))).isEqualTo(edges(2, 1, 3, 1));
    // 3 has the lesser neighbours 1 and 2: both, and itself, go to 1.
    assertThat(small(edges(3, 1, 3, 2))).isEqualTo(edges(3, 1, 2, 1));
    assertThat(small(edges())).isEmpty();
  }

  @Test
  void starsAreTheComponentsOfUnionFind() {
    Random random = new Random(4);
    for (int trial = 0; trial < 60; trial++) {
      int nodes = 2 + random.nextInt(60);
      TreeSet<Edge> edges = new TreeSet<>();
      for (int i = random.nextInt(nodes + 10); i > 0; i--) {
        long a = random.nextInt(nodes);
        long b = random.nextBoolean() ? (a + 1) % nodes : random.nextInt(nodes);
        if (a != b) {
          edges.add(new Edge(Math.max(a, b), Math.min(a, b)));
        }
      }
      int[] parent = new int[nodes];
      for (int i = 0; i < nodes; i++) {
        parent[i] = i;
      }
      for (Edge edge : edges) {
        int one = find(parent, (int) edge.from);
        int other = find(parent, (int) edge.to);
        parent[Math.max(one, other)] = Math.min(one, other);
      }
      TreeSet<Edge> expected = new TreeSet<>();
      for (int i = 0; i < nodes; i++) {
        if (find(parent, i) != i) {
          expected.add(new Edge(i, find(parent, i)));
        }
      }
      int rounds = 0;
      while (!stars(edges)) {
        edges = small(large(edges));
        assertThat(++rounds).isLessThan(20);
      }
      assertThat(edges).isEqualTo(expected);
    }
  }

  private static boolean stars(TreeSet<Edge> edges) {
    Map<Long, long[]> sides = new TreeMap<>();
    for (Edge edge : edges) {
      sides.computeIfAbsent(edge.from, n -> new long[2])[0]++;
      sides.computeIfAbsent(edge.to, n -> new long[2])[1]++;
    }
    return sides.values().stream().allMatch(side -> StarSteps.isStar(side[0], side[1]));
  }

  private static int find(int[] parent, int node) {
    return parent[node] == node ? node : find(parent, parent[node]);
  }
}
