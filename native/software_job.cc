// SPDX-License-Identifier: MIT
#include "software_job.h"

#include <optional>

#include "engine/bytes.h"
#include "engine/format.h"

namespace nx {

namespace {

/** As the model's platform 'powernv' has them. */
constexpr ByteCountLimits LIMITS = {0, 64 * 1024};

/** Function codes with FC(5) set ask for the Low limit (UM 6.11.5). */
constexpr uint8_t FC_LOW_LIMIT = 0x01;

/** The memory of a job: what was lent to it, and what all may touch. */
class JobMemory final : public Memory {
 public:
  JobMemory(const Memory& common, const SoftwareJob& job) : common_(common), job_(job) {}

  uint8_t* resolve(uint64_t address, uint64_t length, bool write, uint64_t& fault) const override {
    if (job_.source.holds(address, length) || job_.target.holds(address, length))
      return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(address));
    return common_.resolve(address, length, write, fault);
  }

 private:
  const Memory& common_;
  const SoftwareJob& job_;
};

/** What the kernel does for a CRB that faulted, as lib/model/vas/csb-update.ts has it. */
void answerFault(const Memory& memory, const uint8_t* crb, uint64_t fsa) {
  // The kernel takes the whole field, flag bits and all, as the CSB's address.
  const uint64_t address = loadBe64(crb + crb::CSB_ADDRESS);
  uint64_t fault = 0;
  uint8_t* const csb = memory.resolve(address, csb::BYTES, true, fault);
  if (csb != nullptr) writeCsb(csb, {cc::TRANSLATION_FAULT, csb::CE_TERMINATE, 0, fsa});
}

}  // namespace

void runSoftwareJob(GzipUnit& unit, const Memory& memory, const SoftwareJob& job) {
  const JobMemory all(memory, job);
  const uint8_t* const crb = job.crb.data();
  const bool useLowLimit = (crb[crb::FC] & FC_LOW_LIMIT) != 0;
  const std::optional<uint64_t> fsa = unit.execute(crb, all, useLowLimit, LIMITS);
  if (fsa) answerFault(all, crb, *fsa);
}

}  // namespace nx
