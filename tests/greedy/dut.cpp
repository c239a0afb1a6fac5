// SPDX-License-Identifier: Apache-2.0
//
// PAR_Keys, PAR_Dim, .. are the parameters the model was verilated with.
#include "dut.h"

#include <cstring>
#include <memory>

#include "Vdut.h"

const int dut_keys = PAR_Keys, dut_dim = PAR_Dim, dut_code_bits = PAR_CodeBits, dut_pages = PAR_Pages,
          dut_iterations = PAR_Iterations;

namespace {

std::unique_ptr<VerilatedContext> context;
std::unique_ptr<Vdut> model;
bool stopped;

constexpr int bits_of(int most) { return most <= 1 ? 1 : 1 + bits_of(most / 2); }

// Packs `count` numbers of `bits` bits into a port.
template <class Port, class Number>
void pack(Port &port, const Number *numbers, int count, int bits) {
  uint32_t words[256 * 17 / 32 + 4] = {};
  for (int i = 0, at = 0; i < count; i++, at += bits) {
    uint64_t field = (static_cast<uint64_t>(numbers[i]) & ((UINT64_C(1) << bits) - 1)) << at % 32;
    words[at / 32] |= static_cast<uint32_t>(field);
    words[at / 32 + 1] |= static_cast<uint32_t>(field >> 32);
  }
  static_assert(sizeof port <= sizeof words, "a row of codes fits");
  std::memcpy(&port, words, sizeof port);
}

void edge() {
  model->clk_i = 1;
  model->eval();
  model->clk_i = 0;
  model->eval();
}

}  // namespace

void vl_stop(const char *file, int line, const char *) {
  std::fprintf(stderr, "%s:%d: stopped\n", file, line);
  stopped = true;
}

void dut_reset(unsigned seed) {
  model.reset();
  context = std::make_unique<VerilatedContext>();
  context->randReset(2);
  context->randSeed(static_cast<int>(seed & 0x7fffffff) + 1);
  model = std::make_unique<Vdut>(context.get());
  model->rst_ni = 0;
  model->load_valid_i = model->query_valid_i = model->key_ready_i = 0;
  for (int i = 0; i < 3; i++) edge();
  model->rst_ni = 1;
}

bool dut_clock(const struct dut_in *in, struct dut_out *out) {
  model->load_valid_i = in->load;
  if (in->load) {
    model->load_first_i = in->load_first;
    model->load_addr_i = in->load_addr;
    pack(model->load_values_i, in->values, PAR_Dim, PAR_CodeBits);
    pack(model->load_rows_i, in->rows, PAR_Dim, bits_of(PAR_Keys - 1));
  }
  model->query_valid_i = in->query;
  if (in->query) {
    pack(model->query_i, in->codes, PAR_Dim, PAR_CodeBits);
    model->query_page_i = in->page;
    model->query_keys_i = in->keys;
    model->query_steps_i = in->steps;
    model->query_exact_i = in->exact;
    model->query_info_i = in->info;
  }
  model->key_ready_i = in->ready;
  model->eval();
  out->query_ready = model->query_ready_o;
  out->order_error = model->order_error_o;
  out->busy = model->busy_o;
  out->valid = model->key_valid_o;
  out->last = model->key_last_o;
  out->none = model->key_none_o;
  out->row = model->key_row_o;
  out->count = model->key_count_o;
  out->info = model->key_info_o;
  edge();
  return !stopped;
}
