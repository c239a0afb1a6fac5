// SPDX-License-Identifier: Apache-2.0
//
// PAR_Keys, PAR_Dim, .. are the parameters the model was verilated with.
#include "dut.h"

#include <cstring>
#include <memory>

#include "Vdut.h"

const int dut_keys = PAR_Keys, dut_dim = PAR_Dim, dut_code_bits = PAR_CodeBits, dut_rows = PAR_Rows,
          dut_top_k = PAR_TopK, dut_top_q = PAR_TopQ, dut_stage_cells = PAR_StageCells,
          dut_lists = PAR_Lists, dut_pages = PAR_Pages, dut_score_bits = PAR_ScoreBits,
          dut_score_delay = PAR_ScoreDelay;

namespace {

std::unique_ptr<VerilatedContext> context;
std::unique_ptr<Vdut> model;
bool stopped;

// Packs a row of codes into a port.
template <class Port>
void pack(Port &port, const int32_t *codes) {
  uint32_t words[256 * 17 / 32 + 4] = {};
  for (int i = 0, at = 0; i < PAR_Dim; i++, at += PAR_CodeBits) {
    uint64_t mask = (UINT64_C(1) << PAR_CodeBits) - 1;
    uint64_t field = (static_cast<uint64_t>(codes[i]) & mask) << at % 32;
    words[at / 32] |= static_cast<uint32_t>(field);
    words[at / 32 + 1] |= static_cast<uint32_t>(field >> 32);
  }
  static_assert(sizeof port <= sizeof words, "a row of codes fits");
  std::memcpy(&port, words, sizeof port);
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
  const struct dut_in idle = {};
  for (int i = 0; i < 3; i++) dut_clock(&idle);
  model->rst_ni = 1;
}

void dut_look(struct dut_out *out) {
  out->count_valid = model->ternary_count_valid_o;
  out->count = model->ternary_count_o;
  out->start_ready = model->start_ready_o;
  out->query_read = model->query_read_o;
  out->query_index = model->query_index_o;
  out->candidate = model->candidate_valid_o;
  out->candidate_last = model->candidate_last_o;
  out->group_last = model->candidate_group_last_o;
  out->candidate_exact = model->candidate_exact_o;
  out->predict_busy = model->predict_busy_o;
  out->key = model->candidate_key_o;
  out->candidates = model->candidate_count_o;
  out->index = model->candidate_index_o;
  out->info = model->candidate_info_o;
  out->room = model->room_o;
  out->used = model->used_valid_o;
  out->used_through = model->used_through_o;
  out->used_last = model->used_last_o;
  out->top_q_busy = model->top_q_busy_o;
  const int above = 64 - PAR_ScoreBits;
  out->used_score = static_cast<int64_t>(static_cast<uint64_t>(model->used_score_o) << above) >> above;
  out->used_data = model->used_data_o;
}

bool dut_clock(const struct dut_in *in) {
  const uint64_t score_mask = ~UINT64_C(0) >> (64 - PAR_ScoreBits);
  model->write_i = in->write;
  if (in->write) {
    model->write_addr_i = in->write_addr;
    model->tau_i = in->tau;
    pack(model->write_k_i, in->k);
  }
  model->start_valid_i = in->start;
  if (in->start) {
    model->start_addr_i = in->addr;
    model->start_keys_i = in->keys;
    model->start_top_i = in->top_k;
    model->start_positive_i = in->positive;
    model->start_exact_i = in->exact;
    model->start_queries_i = in->queries;
    model->start_info_i = in->info;
  }
  if (in->query) pack(model->query_i, in->query);
  model->candidate_ready_i = in->candidate_ready;
  model->issue_i = in->issue;
  model->issue_last_i = in->issue_last;
  model->score_valid_i = in->score_valid;
  if (in->score_valid) {
    model->score_i = static_cast<uint64_t>(in->score) & score_mask;
    model->score_through_i = in->through;
    model->score_last_i = in->score_last;
    model->score_top_i = in->top_q;
    model->score_data_i = in->data;
  }
  model->used_ready_i = in->used_ready;
  model->eval();
  model->clk_i = 1;
  model->eval();
  model->clk_i = 0;
  model->eval();
  return !stopped;
}
